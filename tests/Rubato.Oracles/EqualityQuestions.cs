using System.Globalization;
using System.Text;
using Rubato.Storage.Parquet;

namespace Rubato.Oracles;

/// <summary>
/// <c>WHERE column = value</c> through DuckDB: as many rows as there are for values that are there, none for values that are not. DuckDB skips row
/// groups by statistics and Bloom filters, so a wrong one loses rows here.
/// </summary>
internal static class EqualityQuestions
{
    public static (int Questions, int BloomFilteredColumns) Ask(string path, OwnFile own, DuckFile duck, OracleOptions options)
    {
        var filtered = BloomFilteredColumns(path, own, duck);
        var asked = 0;
        var random = new Random((int)(new FileInfo(path).Length % int.MaxValue));
        var plain = Enumerable.Range(0, own.Schema.Count).Where(c => IsAskable(own.Schema[c]) && !filtered.Contains(c)).ToArray();
        random.Shuffle(plain);
        foreach (var column in filtered.Concat(plain.Take(options.PlainColumns)))
        {
            if (IsAskable(own.Schema[column])) asked += AskColumn(path, own, duck, column, options.ValuesEach, random);
        }

        return (asked, filtered.Count);
    }

    /// <summary>Columns with a Bloom filter in some row group.</summary>
    public static HashSet<int> BloomFilteredColumns(string path, OwnFile own, DuckFile duck)
    {
        var columns = new HashSet<int>();
        // column_id counts leaves, in the order of the schema.
        foreach (var row in duck.Rows($"SELECT DISTINCT column_id FROM parquet_metadata('{path.Replace("'", "''", StringComparison.Ordinal)}') WHERE bloom_filter_offset IS NOT NULL"))
            columns.Add(Convert.ToInt32(row[0], CultureInfo.InvariantCulture));
        if (columns.Any(c => c >= own.Schema.Count)) throw new OracleException("DuckDB sees Bloom filters of columns that are not there");
        return columns;
    }

    private static bool IsAskable(ParquetField field) =>
        !field.IsRepeated && field.Type is not (ParquetType.Boolean or ParquetType.Double) && field.LogicalType is ParquetLogicalType.None or ParquetLogicalType.String;

    private static int AskColumn(string path, OwnFile own, DuckFile duck, int column, int valuesEach, Random random)
    {
        var field = own.Schema[column];
        var sample = new SampleSink(valuesEach * Math.Min(4, own.RowGroupCount), random);
        own.Read(column, sample);
        var counts = sample.Chosen.ToDictionary(key => key, _ => 0L);
        own.Read(column, new CountSink(counts));
        var asked = 0;
        foreach (var (key, count) in counts)
        {
            Expect(count, Convert.FromHexString(key));
            asked++;
        }

        foreach (var absent in Absent(field, random))
        {
            var none = new Dictionary<string, long> { [Convert.ToHexString(absent)] = 0 };
            own.Read(column, new CountSink(none));
            Expect(none.Values.Single(), absent);
            asked++;
        }

        return asked;

        void Expect(long count, byte[] value)
        {
            var found = duck.Scalar($"SELECT count(*) FROM {DuckFile.From(path)} WHERE {DuckFile.Quoted(field.Name)} = {Literal(field, value)}");
            if (found != count)
                throw new OracleException($"{path}, column '{field.Path}' = {Literal(field, value)}: DuckDB finds {found} rows, there are {count}");
        }
    }

    // A chr() expression instead of a literal: DuckDB's grammar has no escape for a zero character.
    private static string Literal(ParquetField field, byte[] value) => field.Type switch
    {
        ParquetType.Int32 or ParquetType.Int64 => $"({BitConverter.ToInt64(value).ToString(CultureInfo.InvariantCulture)})::BIGINT",
        _ when field.LogicalType == ParquetLogicalType.String => $"decode(from_hex('{Convert.ToHexString(value)}'))",
        _ => $"from_hex('{Convert.ToHexString(value)}')",
    };

    private static IEnumerable<byte[]> Absent(ParquetField field, Random random)
    {
        var number = random.NextInt64();
        switch (field.Type)
        {
            case ParquetType.Int32:
                yield return BitConverter.GetBytes((long)(int)number);
                break;
            case ParquetType.Int64:
                yield return BitConverter.GetBytes(number);
                break;
            case ParquetType.FixedLenByteArray:
                var id = new byte[field.FixedLength];
                random.NextBytes(id);
                yield return id;
                break;
            default:
                yield return Encoding.UTF8.GetBytes("no such value " + number.ToString(CultureInfo.InvariantCulture));
                yield return "m"u8.ToArray();
                break;
        }
    }

    /// <summary>Some of the values, each with the same chance.</summary>
    private sealed class SampleSink(int limit, Random random) : ColumnSink
    {
        private readonly List<string> _chosen = [];
        private long _seen;

        public IEnumerable<string> Chosen => _chosen.Distinct();

        public override void BeginRow()
        {
        }

        public override void Null()
        {
        }

        public override void Value(ReadOnlySpan<byte> bytes)
        {
            _seen++;
            if (_chosen.Count < limit)
            {
                _chosen.Add(Convert.ToHexString(bytes));
                return;
            }

            var place = random.NextInt64(_seen);
            if (place < limit) _chosen[(int)place] = Convert.ToHexString(bytes);
        }
    }

    private sealed class CountSink(Dictionary<string, long> counts) : ColumnSink
    {
        // Lengths first: most values of a large column are not compared at all.
        private readonly List<(byte[] Value, string Key)> _wanted = [.. counts.Keys.Select(key => (Convert.FromHexString(key), key))];

        public override void BeginRow()
        {
        }

        public override void Null()
        {
        }

        public override void Value(ReadOnlySpan<byte> bytes)
        {
            foreach (var (value, key) in _wanted)
            {
                if (bytes.SequenceEqual(value)) counts[key]++;
            }
        }
    }
}
