using System.Globalization;
using System.Text;
using DuckDB.NET.Data;
using Rubato.Storage.Parquet;
using Xunit;

namespace Rubato.UnitTests.Storage.Parquet;

/// <summary>The filters are Parquet's: DuckDB asks them and gets the answers that ours gives.</summary>
public sealed class BloomFilterTests
{
    private const int Values = 3000;

    [Fact]
    public void DuckDb_reads_the_filters()
    {
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream stream = File.Create(path))
                Write(stream);
            using var duck = new DuckDBConnection("DataSource=:memory:");
            duck.Open();
            for (int i = 0; i < 200; i++)
                Assert.False(IsExcluded(duck, path, $"value-{i * 7}"));
            int excluded = Enumerable.Range(0, 200).Count(i => IsExcluded(duck, path, $"absent-{i}"));
            Assert.InRange(excluded, 150, 200);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_filter_lies_where_the_footer_says_and_knows_every_value()
    {
        using var stream = new MemoryStream();
        Write(stream);
        ParquetFileReader reader = ParquetFileReader.Open(new MemorySource(stream.ToArray()));

        byte[]? bytes = await reader.ReadFilterAsync(0, 0, TestContext.Current.CancellationToken);
        Assert.Null(await reader.ReadFilterAsync(0, 1, TestContext.Current.CancellationToken));
        Assert.NotNull(bytes);
        byte[] filter = Rubato.Storage.Parquet.Metadata.BloomFilterHeader.FilterOf(bytes).ToArray();
        Assert.Equal(2048, filter.Length); // The power of two from 3,000 values of 5 bits.
        for (int i = 0; i < Values; i++)
            Assert.True(BloomFilter.MayContain(filter, BloomFilter.HashOf(Encoding.UTF8.GetBytes($"value-{i}"))));
    }

    [Fact]
    public void Eight_words_at_once_set_the_bits_that_one_after_the_other_sets()
    {
        var random = new Random(17);
        var plain = new byte[BloomFilter.BlockBytes];
        var vector = new byte[BloomFilter.BlockBytes];
        for (int i = 0; i < 1000; i++)
        {
            if (i % 10 == 0)
            {
                plain.AsSpan().Clear();
                vector.AsSpan().Clear();
            }
            ulong hash = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            BloomFilter.AddPlain(plain, hash);
            BloomFilter.Add(vector, hash);
            Assert.Equal(plain, vector);
        }
    }

    [Theory]
    [InlineData(1_000, 6.0, 12.0)]
    [InlineData(140_000, 6.0, 12.0)]
    public void Absent_values_pass_as_often_as_the_size_promises(int values, double leastBits, double mostBits)
    {
        var filter = new byte[BloomFilter.SizeFor(values)];
        for (int i = 0; i < values; i++)
            BloomFilter.Add(filter, BloomFilter.HashOf(Encoding.UTF8.GetBytes("in-" + i.ToString(CultureInfo.InvariantCulture))));
        int passed = Enumerable.Range(0, 20_000).Count(i => BloomFilter.MayContain(filter, BloomFilter.HashOf(Encoding.UTF8.GetBytes("out-" + i.ToString(CultureInfo.InvariantCulture)))));

        Assert.InRange(filter.Length * 8.0 / values, leastBits, mostBits);
        Assert.InRange(passed, 1, 2_000);
    }

    [Fact]
    public void An_id_column_gets_no_filter()
    {
        using var stream = new MemoryStream();
        using var writer = new ParquetFileWriter(stream, new ParquetSchema([ParquetField.Fixed("id", 2)]));
        writer.BeginRowGroup(1);

        Assert.Throws<InvalidOperationException>(() => writer.WriteCodes([0], new ByteStrings("ab"u8, [0, 2]), withFilter: true));
    }

    private static void Write(Stream stream)
    {
        var schema = new ParquetSchema([ParquetField.String("text").Required(), ParquetField.Int64("number").Required()]);
        using var writer = new ParquetFileWriter(stream, schema);
        (byte[] data, int[] offsets) = TestTable.Pool([.. Enumerable.Range(0, Values).Select(i => Encoding.UTF8.GetBytes($"value-{i}"))]);
        writer.BeginRowGroup(Values);
        writer.WriteStrings(new ByteStrings(data, offsets), withFilter: true);
        writer.WriteLongs([.. Enumerable.Range(0, Values).Select(i => (long)i)]);
        writer.EndRowGroup();
        writer.Finish();
    }

    private static bool IsExcluded(DuckDBConnection duck, string path, string value)
    {
        using DuckDBCommand command = duck.CreateCommand();
        command.CommandText = $"SELECT bloom_filter_excludes FROM parquet_bloom_probe('{path}', 'text', '{value}')";
        return Convert.ToBoolean(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
