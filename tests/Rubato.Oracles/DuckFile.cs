using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Rubato.Oracles;

/// <summary>
/// A file as DuckDB sees it: one streamed SELECT of all columns, vectors read as they lie in its memory, lists of structs taken apart again.
/// </summary>
internal sealed class DuckFile : IDisposable
{
    private readonly DuckDBConnection _connection = new("DataSource=:memory:");

    public DuckFile(int threads = 1)
    {
        _connection.Open();
        Execute($"SET threads = {threads}");
        Execute("SET TimeZone = 'UTC'");
    }

    /// <summary>SQL's name of a file.</summary>
    public static string From(string path) => $"read_parquet('{path.Replace("'", "''", StringComparison.Ordinal)}')";

    public static string Quoted(string column) => '"' + column.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';

    /// <summary>Leaf columns in the order of the file to the sinks in that order; a null sink passes over its column. Returns the rows.</summary>
    public long Read(string path, IReadOnlyList<ColumnSink?> sinks)
    {
        var native = _connection.NativeConnection;
        var sql = "SELECT * FROM " + From(path);
        var state = NativeMethods.PreparedStatements.DuckDBPrepare(native, sql, out var statement);
        using (statement)
        {
            if (state != DuckDBState.Success) throw new OracleException("DuckDB: " + NativeMethods.PreparedStatements.DuckDBPrepareError(statement));
            state = NativeMethods.PreparedStatements.DuckDBExecutePreparedStreaming(statement, out var result);
            try
            {
                if (state != DuckDBState.Success) throw new OracleException("DuckDB: " + NativeMethods.Query.DuckDBResultError(ref result));
                long rows = 0;
                while (true)
                {
                    using var chunk = NativeMethods.StreamingResult.DuckDBStreamFetchChunk(result);
                    if (chunk.IsInvalid) break;
                    var count = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk);
                    if (count == 0) break;
                    rows += count;
                    var leaf = 0;
                    for (long c = 0; c < NativeMethods.DataChunks.DuckDBDataChunkGetColumnCount(chunk); c++)
                        Column(NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, c), count, sinks, ref leaf);
                    if (leaf != sinks.Count) throw new OracleException($"DuckDB sees {leaf} columns where we see {sinks.Count}");
                }

                var error = NativeMethods.Query.DuckDBResultError(ref result);
                if (!string.IsNullOrEmpty(error)) throw new OracleException("DuckDB: " + error);
                return rows;
            }
            finally
            {
                result.Close();
            }
        }
    }

    /// <summary>One number.</summary>
    public long Scalar(string sql, params ReadOnlySpan<object> parameters)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var value in parameters) command.Parameters.Add(new DuckDBParameter(value));
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public List<object?[]> Rows(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            rows.Add(row);
        }

        return rows;
    }

    public void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose() => _connection.Dispose();

    private static unsafe void Column(IntPtr vector, int count, IReadOnlyList<ColumnSink?> sinks, ref int leaf)
    {
        using var type = NativeMethods.Vectors.DuckDBVectorGetColumnType(vector);
        var id = NativeMethods.LogicalType.DuckDBGetTypeId(type);
        if (id != DuckDBType.List)
        {
            var sink = leaf < sinks.Count ? sinks[leaf] : null;
            leaf++;
            if (sink is null) return;
            var leafVector = new Leaf(vector, id);
            for (var i = 0; i < count; i++) leafVector.Put(i, sink);
            return;
        }

        // events and links: LIST of STRUCT. A row without any is an empty list; null cannot be, the group is required.
        var entries = (ulong*)NativeMethods.Vectors.DuckDBVectorGetData(vector);
        var validity = NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
        var child = NativeMethods.Vectors.DuckDBListVectorGetChild(vector);
        using var childType = NativeMethods.Vectors.DuckDBVectorGetColumnType(child);
        var fields = NativeMethods.LogicalType.DuckDBStructTypeChildCount(childType);
        for (long f = 0; f < fields; f++)
        {
            var sink = leaf < sinks.Count ? sinks[leaf] : null;
            leaf++;
            if (sink is null) continue;
            var field = NativeMethods.Vectors.DuckDBStructVectorGetChild(child, f);
            using var fieldType = NativeMethods.Vectors.DuckDBVectorGetColumnType(field);
            var values = new Leaf(field, NativeMethods.LogicalType.DuckDBGetTypeId(fieldType));
            for (var row = 0; row < count; row++)
            {
                sink.BeginRow();
                if (!Leaf.IsValid(validity, row)) throw new OracleException("DuckDB reads a row without children as null");
                var (first, length) = (entries[2 * row], entries[(2 * row) + 1]);
                for (ulong i = 0; i < length; i++) values.Put((long)(first + i), sink);
            }
        }
    }

    /// <summary>The values of a vector that is not nested.</summary>
    private readonly unsafe struct Leaf(IntPtr vector, DuckDBType type)
    {
        private readonly byte* _data = (byte*)NativeMethods.Vectors.DuckDBVectorGetData(vector);
        private readonly ulong* _validity = NativeMethods.Vectors.DuckDBVectorGetValidity(vector);

        public static bool IsValid(ulong* validity, long i) => validity is null || (validity[i >> 6] >> (int)(i & 63) & 1) != 0;

        public void Put(long i, ColumnSink sink)
        {
            if (!IsValid(_validity, i))
            {
                sink.Null();
                return;
            }

            switch (type)
            {
                case DuckDBType.Boolean:
                    sink.Flag(_data[i] != 0);
                    break;
                case DuckDBType.Integer or DuckDBType.UnsignedInteger:
                    sink.Number(((int*)_data)[i]);
                    break;
                case DuckDBType.BigInt or DuckDBType.UnsignedBigInt or DuckDBType.TimestampTz or DuckDBType.Double:
                    sink.Number(((long*)_data)[i]);
                    break;
                case DuckDBType.Varchar or DuckDBType.Blob:
                    var text = _data + (16 * i);
                    var length = *(int*)text;
                    sink.Value(new ReadOnlySpan<byte>(length <= 12 ? text + 4 : *(byte**)(text + 8), length));
                    break;
                default:
                    throw new OracleException($"DuckDB reads a column as {type}");
            }
        }
    }
}
