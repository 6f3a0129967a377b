using System.Globalization;
using DuckDB.NET.Data;
using Rubato.Storage.Parquet;
using Xunit;

namespace Rubato.UnitTests.Storage.Parquet;

/// <summary>Reads a file with DuckDB SQL and compares every column as text with the plain table; groups as LIST of STRUCT.</summary>
internal static class DuckDbOracle
{
    public static void AssertReads(string path, TestTable table)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        Execute(connection, "SET threads = 1");
        Execute(connection, $"CREATE VIEW t AS SELECT * FROM read_parquet('{path}')");
        for (int c = 0; c < table.Schema.Count; c++)
        {
            ParquetField field = table.Schema[c];
            if (field.Group is null)
                AssertColumn(connection, table, c);
            else
                AssertList(connection, table, c);
        }
        AssertFilters(connection, table);
    }

    private static void AssertColumn(DuckDBConnection connection, TestTable table, int c)
    {
        ParquetField field = table.Schema[c];
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT {Text(field, $"\"{field.Name}\"")} FROM t";
        using DuckDBDataReader reader = command.ExecuteReader();
        foreach (TestTable.RowGroup group in table.RowGroups)
        {
            foreach (object? value in group.Columns[c])
            {
                Assert.True(reader.Read(), $"{field.Path}: too few rows");
                AssertSame(field, value, reader.IsDBNull(0) ? null : reader.GetString(0));
            }
        }
        Assert.False(reader.Read(), $"{field.Path}: too many rows");
    }

    private static void AssertList(DuckDBConnection connection, TestTable table, int c)
    {
        ParquetField field = table.Schema[c];
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT list_transform(\"{field.Group}\", lambda x: {Text(field, $"x.\"{field.Name}\"")}) FROM t";
        using DuckDBDataReader reader = command.ExecuteReader();
        foreach (TestTable.RowGroup group in table.RowGroups)
        {
            int child = 0;
            foreach (int count in group.ChildCounts[field.Group!])
            {
                Assert.True(reader.Read(), $"{field.Path}: too few rows");
                List<string?> list = reader.GetFieldValue<List<string?>>(0);
                Assert.Equal(count, list.Count);
                foreach (string? found in list)
                    AssertSame(field, group.Columns[c][child++], found);
            }
        }
        Assert.False(reader.Read(), $"{field.Path}: too many rows");
    }

    /// <summary>Statistics and page bounds must never hide a row: each value looked for is found as often as it is there.</summary>
    private static void AssertFilters(DuckDBConnection connection, TestTable table)
    {
        int c = table.Schema.IndexOf("span.http.status_code");
        object?[] values = [.. table.RowGroups.SelectMany(group => group.Columns[c])];
        foreach (long wanted in values.OfType<long>().Distinct().Take(3))
        {
            using DuckDBCommand command = connection.CreateCommand();
            command.CommandText = $"SELECT count(*) FROM t WHERE \"span.http.status_code\" = {wanted.ToString(CultureInfo.InvariantCulture)}";
            Assert.Equal((long)values.Count(value => value is long number && number == wanted), command.ExecuteScalar());
        }
        int t = table.Schema.IndexOf("span.http.url");
        object?[] texts = [.. table.RowGroups.SelectMany(group => group.Columns[t])];
        foreach (byte[] wanted in texts.OfType<byte[]>().Take(3))
        {
            using DuckDBCommand command = connection.CreateCommand();
            command.CommandText = $"SELECT count(*) FROM t WHERE \"span.http.url\" = '{System.Text.Encoding.UTF8.GetString(wanted)}'";
            Assert.Equal((long)texts.Count(value => value is byte[] text && text.AsSpan().SequenceEqual(wanted)), command.ExecuteScalar());
        }
    }

    private static string Text(ParquetField field, string value) => field.Type switch
    {
        ParquetType.ByteArray or ParquetType.FixedLenByteArray => $"hex({value})",
        _ when field.LogicalType == ParquetLogicalType.TimestampNanosUtc => $"epoch_ns({value})::VARCHAR",
        _ => $"({value})::VARCHAR",
    };

    private static void AssertSame(ParquetField field, object? expected, string? found)
    {
        bool isSame = expected switch
        {
            null => found is null,
            _ when found is null => false,
            byte[] bytes => found == Convert.ToHexString(bytes),
            bool flag => found == (flag ? "true" : "false"),
            double number => SameDouble(number, found),
            // DuckDB keeps instants with a zone in microseconds.
            long time when field.LogicalType == ParquetLogicalType.TimestampNanosUtc => long.Parse(found, CultureInfo.InvariantCulture) / 1000 == time / 1000,
            long number when field.LogicalType == ParquetLogicalType.UInt64 => found == ((ulong)number).ToString(CultureInfo.InvariantCulture),
            long number when field.LogicalType == ParquetLogicalType.UInt32 => found == ((uint)number).ToString(CultureInfo.InvariantCulture),
            long number => found == number.ToString(CultureInfo.InvariantCulture),
            _ => false,
        };
        Assert.True(isSame, $"{field.Path}: DuckDB reads '{found}' where '{expected}' was written");
    }

    private static bool SameDouble(double expected, string found) => found switch
    {
        "nan" => double.IsNaN(expected),
        "inf" => double.IsPositiveInfinity(expected),
        "-inf" => double.IsNegativeInfinity(expected),
        _ => double.Parse(found, CultureInfo.InvariantCulture).Equals(expected),
    };

    private static void Execute(DuckDBConnection connection, string sql)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
