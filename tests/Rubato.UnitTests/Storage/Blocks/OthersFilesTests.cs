using ParquetSharp;
using Rubato.Model.Scanning;
using Rubato.Oracles;
using Rubato.Storage.Blocks;
using Rubato.Testing;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks;

/// <summary>Blocks whose data.parquet another program wrote, in our schema: read where it keeps to our part of Parquet, else refused in words.</summary>
public sealed class OthersFilesTests
{
    public static TheoryData<string> Readable => ["plain", "dictionary", "zstd", "zstd dictionary", "no statistics", "page index", "checksums", "small pages", "delta numbers"];

    public static TheoryData<string, string> Refused => new()
    {
        { "snappy", "compression SNAPPY is not supported (only ZSTD and none)" },
        { "gzip", "compression GZIP is not supported (only ZSTD and none)" },
        { "lz4", "compression LZ4_RAW is not supported (only ZSTD and none)" },
        { "brotli", "compression BROTLI is not supported (only ZSTD and none)" },
        { "version 1 pages", "data page of version 1" },
        { "delta strings", "encoding" },
        { "split doubles", "encoding" },
        { "rle booleans", "encoding" },
        { "mixed pages", "plain and dictionary pages in one chunk are not supported" },
    };

    [Theory]
    [MemberData(nameof(Readable))]
    public async Task A_file_written_by_ParquetSharp_is_read(string how)
    {
        using var block = Sample();
        var expected = await SpanText.ReadAsync(await block.SegmentsAsync());
        await RewriteAsync(block, how);

        FileOracles.Check(block.DataPath);
        Assert.Equal(expected, await SpanText.ReadAsync(await ReopenAsync(block)));
        // The index depends on the values only, not on who wrote them how.
        var before = await File.ReadAllBytesAsync(block.IndexPath, TestContext.Current.CancellationToken);
        Assert.Equal(before, await TestBlock.Format.RebuildIndexAsync(block.Folder, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_is_outside_the_subset_is_refused_by_name(string how, string words)
    {
        using var block = Sample();
        await RewriteAsync(block, how);

        var e = await Assert.ThrowsAsync<SegmentDamagedException>(async () => await TestBlock.Format.RebuildIndexAsync(block.Folder, CancellationToken.None));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
        Assert.Contains("column '", e.Message, StringComparison.Ordinal);
        // With the index that the block had, queries get the same words.
        e = await Assert.ThrowsAsync<SegmentDamagedException>(async () => await SpanText.ReadAsync(await ReopenAsync(block)));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
    }

    private static TestBlock Sample() => TestBlock.Write(new SpanGenerator(41) { KeyCount = 12 }.Batches(2, 200), new BlockWriterOptions { RowGroupSpans = 150 });

    private static async Task RewriteAsync(TestBlock block, string how)
    {
        var copy = block.DataPath + ".copy";
        ArrowCopy.Write(block.DataPath, copy, builder => Configure(builder, how));
        File.Move(copy, block.DataPath, overwrite: true);
        await Task.CompletedTask;
    }

    private static async Task<IReadOnlyList<ISpanSegment>> ReopenAsync(TestBlock block) =>
        await TestBlock.Format.OpenFolder(block.Folder, new BlockCache(16 << 20)).OpenSegmentsAsync(CancellationToken.None);

    private static void Configure(WriterPropertiesBuilder builder, string how)
    {
        // What our reader takes, but for the one thing under test.
        builder.DataPageVersion(how == "version 1 pages" ? ParquetDataPageVersion.V1 : ParquetDataPageVersion.V2);
        builder.DisableDictionary();
        builder.Compression(how switch
        {
            "snappy" => Compression.Snappy,
            "gzip" => Compression.Gzip,
            "lz4" => Compression.Lz4,
            "brotli" => Compression.Brotli,
            "zstd" or "zstd dictionary" => Compression.Zstd,
            _ => Compression.Uncompressed,
        });
        // Arrow's choice for booleans in pages of version 2 is RLE, which is outside.
        if (how != "rle booleans") builder.Encoding(Encoding.Plain);
        switch (how)
        {
            case "dictionary" or "zstd dictionary":
                builder.EnableDictionary();
                break;
            case "no statistics":
                builder.DisableStatistics();
                break;
            case "page index":
                builder.EnableWritePageIndex().DataPagesize(300);
                break;
            case "checksums":
                builder.EnablePageChecksum();
                break;
            case "small pages":
                builder.DataPagesize(200).WriteBatchSize(16);
                break;
            case "delta numbers":
                foreach (var column in new[] { "duration", "start_time", "kind", "nested_set_left" }) builder.Encoding(column, Encoding.DeltaBinaryPacked);
                break;
            case "delta strings":
                builder.Encoding("name", Encoding.DeltaByteArray);
                break;
            case "split doubles":
                builder.Encoding("duration", Encoding.ByteStreamSplit);
                break;
            case "rle booleans":
                builder.Encoding(Encoding.Plain);
                builder.Encoding("span.key.9:bool", Encoding.Rle);
                break;
            case "mixed pages":
                builder.EnableDictionary().DictionaryPagesizeLimit(64).DataPagesize(200).WriteBatchSize(16);
                break;
        }
    }
}
