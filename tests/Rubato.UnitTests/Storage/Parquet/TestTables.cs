using System.Text;
using CsCheck;
using Rubato.Storage.Parquet;
using Rubato.Storage.Parquet.Writing;

namespace Rubato.UnitTests.Storage.Parquet;

/// <summary>Random tables with every type and shape of the subset.</summary>
internal static class TestTables
{
    /// <summary>How a table looks; small numbers come first when a failure is shrunk.</summary>
    internal sealed record Shape(int Seed, int Rows, int RowGroups, int PageRows, int MinPageValues, int ZstdLevel, int BoundBytes)
    {
        public ParquetWriterOptions Options => new()
        {
            PageRows = PageRows,
            MinPageValues = MinPageValues,
            ZstdLevel = ZstdLevel,
            ByteArrayPageBoundBytes = BoundBytes,
            ByteArrayChunkBoundBytes = Math.Max(BoundBytes, 4),
            LengthsInFront = (Seed % 3) switch { 0 => null, 1 => true, _ => false },
            WholeByteCodes = (Seed / 3 % 3) switch { 0 => null, 1 => true, _ => false },
            Efforts = (Seed / 9 % 4) switch { 0 => [], 1 => [Always(ZstdEffort.Near)], 2 => [Always(ZstdEffort.Long(7))], _ => [Always(ZstdEffort.Strong(7))] },
        };

        /// <summary>Chosen also where it gains nothing.</summary>
        private static ZstdEffort Always(ZstdEffort effort) => effort with { MinGain = -10 };
    }

    public static readonly Gen<Shape> Shapes = Gen.Select(
        Gen.Int[0, int.MaxValue], Gen.OneOf(Gen.Int[1, 40], Gen.Int[1, 3000]), Gen.Int[1, 3],
        OneOf(1, 7, 8, 64, 500, 8192), OneOf(0, 1, 50, 1024), OneOf(0, 1, 3), OneOf(0, 3, 16),
        (seed, rows, groups, pageRows, minValues, zstd, bounds)
            => new Shape(seed, pageRows < 64 ? Math.Min(rows, 400) : rows, groups, pageRows, minValues, zstd, bounds));

    private static Gen<int> OneOf(params int[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    public static TestTable Make(Shape shape)
    {
        var random = new Random(shape.Seed);
        var schema = new ParquetSchema(Fields());
        var groups = new List<TestTable.RowGroup>();
        for (int g = 0; g < shape.RowGroups; g++)
        {
            int rows = Math.Max(1, shape.Rows - g * (shape.Rows / 4));
            var counts = schema.Fields.Where(field => field.Group is not null).Select(field => field.Group!).Distinct()
                .ToDictionary(name => name, _ => ChildCounts(rows, random));
            groups.Add(new TestTable.RowGroup(rows, counts,
                [.. schema.Fields.Select(field => Column(field, field.Group is { } name ? counts[name].Sum() : rows, random))]));
        }
        return new TestTable { Schema = schema, RowGroups = groups };
    }

    private static IEnumerable<ParquetField> Fields()
    {
        yield return ParquetField.Fixed("trace_id", 16).Required();
        foreach (string? group in (string?[])[null, "events", "links"])
        {
            ParquetField Of(ParquetField field) => group is null ? field : field.In(group);
            yield return Of(ParquetField.Boolean("flag"));
            yield return Of(ParquetField.Boolean("flag.required").Required());
            yield return Of(ParquetField.Int32("int32"));
            yield return Of(ParquetField.Int64("span.http.status_code"));
            yield return Of(ParquetField.Timestamp("time").Required());
            yield return Of(ParquetField.Double("ratio"));
            yield return Of(ParquetField.Double("ratio.required").Required());
            yield return Of(ParquetField.String("span.http.url"));
            yield return Of(ParquetField.String("name").Required());
            yield return Of(ParquetField.Bytes("raw"));
            yield return Of(ParquetField.Fixed("id", 8));
            yield return Of(new ParquetField("u64", ParquetType.Int64) { LogicalType = ParquetLogicalType.UInt64 });
            yield return Of(new ParquetField("u32", ParquetType.Int32) { LogicalType = ParquetLogicalType.UInt32 });
        }
    }

    private static int[] ChildCounts(int rows, Random random)
    {
        int most = random.Next(4) switch { 0 => 0, 1 => 1, 2 => 4, _ => 40 };
        double share = random.NextDouble();
        int[] counts = new int[rows];
        for (int i = 0; i < rows; i++)
            counts[i] = random.NextDouble() < share ? random.Next(most + 1) : 0;
        return counts;
    }

    private static object?[] Column(ParquetField field, int count, Random random)
    {
        double nulls = field.IsRequired ? 0 : random.Next(5) switch { 0 => 0, 1 => 1, 2 => 0.99, _ => random.NextDouble() };
        Func<long> number = Numbers(random);
        var column = new object?[count];
        // Nulls come scattered, and in long stretches, which take other paths in the levels.
        bool isNull = false;
        for (int i = 0; i < count; i++)
        {
            if (random.Next(nulls > 0.5 ? 3 : 20) == 0)
                isNull = random.NextDouble() < nulls;
            column[i] = isNull && !field.IsRequired || nulls >= 1 ? null : Value(field, number(), random);
        }
        return column;
    }

    private static Func<long> Numbers(Random random)
    {
        int distinct = random.Next(1, 300);
        long last = random.NextInt64(1_600_000_000_000_000_000, 1_700_000_000_000_000_000);
        return random.Next(5) switch
        {
            0 => () => 42,
            1 => () => random.Next(distinct),
            2 => () => last += random.Next(100_000),
            3 => () => random.NextInt64(long.MinValue, long.MaxValue),
            _ => () => random.Next(10) == 0 ? random.Next(3) switch { 0 => long.MinValue, 1 => long.MaxValue, _ => -1 } : random.Next(distinct),
        };
    }

    private static object Value(ParquetField field, long number, Random random)
    {
        switch (field.Type)
        {
            case ParquetType.Boolean:
                return (number & 1) == 1;
            case ParquetType.Int32:
                return (long)(int)number;
            case ParquetType.Int64 when field.LogicalType == ParquetLogicalType.TimestampNanosUtc:
                return Math.Abs(number % 4_000_000_000_000_000_000); // DuckDB's instants end in the year 2262.
            case ParquetType.Int64:
                return number;
            case ParquetType.Double:
                return random.Next(40) switch
                {
                    0 => double.PositiveInfinity,
                    1 => -0.0,
                    2 => double.NaN,
                    3 => double.Epsilon,
                    _ => number / 7.0,
                };
            case ParquetType.FixedLenByteArray:
                byte[] id = new byte[field.FixedLength];
                BitConverter.TryWriteBytes(id.AsSpan(id.Length - 8), number);
                return id;
            default:
                string text = number % 17 == 3 ? "" : $"väl-{number}{new string('ø', (int)(Math.Abs(number % 60)))}";
                return Encoding.UTF8.GetBytes(text);
        }
    }
}
