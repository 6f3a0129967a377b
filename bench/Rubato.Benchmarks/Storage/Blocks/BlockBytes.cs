using System.Diagnostics;
using System.Globalization;
using Rubato.Commands.Load;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Storage.Blocks;

namespace Rubato.Benchmarks.Storage.Blocks;

/// <summary>
/// <c>Rubato.Benchmarks block-bytes [spans] [repeats] [folder] [compacted]</c>: writes one block of the very spans that <c>rubato load</c> sends, prints the bytes a span of each
/// column, and the CPU time of the write. docs/internals/block-bytes.md is made with it.
/// </summary>
internal static class BlockBytes
{
    private const int BatchSpans = 65_536;

    public static async Task RunAsync(int spans, int repeats, string? keep, BlockWriterOptions options)
    {
        var input = Batches(spans);
        var folder = keep ?? Directory.CreateTempSubdirectory("rubato-bytes-").FullName;
        Directory.CreateDirectory(folder);
        BlockFigures figures;
        await using (var data = File.Create(Path.Combine(folder, BlockKeys.Data)))
        await using (var index = File.Create(Path.Combine(folder, BlockKeys.Index)))
            figures = BlockFormats.Current.Write(input, data, index, options, CancellationToken.None);
        await PrintAsync(folder, figures);
        Time(input, repeats, figures.SpanCount, options);
        if (keep is null) Directory.Delete(folder, recursive: true);
    }

    /// <summary>Batches as the ingester seals them.</summary>
    public static List<BatchRows> Batches(int spans)
    {
        var shape = LoadRunner.CreateShape(new LoadOptions { Target = new Uri("http://localhost"), Spans = spans, Rate = 0, Seed = 1, StartUnixNano = 1_770_000_000_000_000_000 });
        var buffer = new byte[shape.MaxRequestBytes];
        var result = new List<BatchRows>();
        var builder = new SpanBatchBuilder();
        for (long r = 0; r < shape.RequestsFor(spans); r++)
        {
            OtlpReader.Read(buffer.AsMemory(0, shape.Write(r, buffer)).ToArray(), builder);
            if (builder.SpanCount < BatchSpans) continue;
            result.Add(BatchRows.All(builder.Snapshot()));
            builder = new SpanBatchBuilder();
        }

        if (builder.SpanCount > 0) result.Add(BatchRows.All(builder.Snapshot()));
        return result;
    }

    private static async Task PrintAsync(string folder, BlockFigures figures)
    {
        using var block = BlockFormats.Current.OpenFolder(folder, new BlockCache(256 << 20));
        var described = await block.DescribeAsync(CancellationToken.None);
        double spans = figures.SpanCount;
        long columns = 0;
        foreach (var column in described.Columns.OrderByDescending(c => c.Bytes))
        {
            columns += column.Bytes;
            if (column.Bytes / spans < 0.02) continue;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{column.Name,-40} {column.Bytes / spans,7:F3}  {column.ValueCount / spans,6:P0}  {(column.HasDictionary ? "dict" : "")} {column.Index}"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{figures.SpanCount} spans, {described.Columns.Count} columns: chunks {columns / spans:F3}, footer {figures.FooterBytes / spans:F3}, filters and page indexes {(figures.DataBytes - columns - figures.FooterBytes - 12) / spans:F3}, index.bin {figures.IndexBytes / spans:F3}, all {(figures.DataBytes + figures.IndexBytes) / spans:F3}"));
    }

    private static void Time(List<BatchRows> input, int repeats, int spans, BlockWriterOptions options)
    {
        var process = Process.GetCurrentProcess();
        var times = new List<double>();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < repeats; i++)
        {
            process.Refresh();
            var before = process.TotalProcessorTime;
            BlockFormats.Current.Write(input, Stream.Null, Stream.Null, options, CancellationToken.None);
            process.Refresh();
            times.Add((process.TotalProcessorTime - before).TotalSeconds);
        }

        if (times.Count == 0) return;
        allocated = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / times.Count;
        times.Sort();
        var median = times[times.Count / 2];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"write: median {median * 1000:F0} ms, least {times[0] * 1000:F0} ms of CPU; {spans / median / 1e6:F2} and {spans / times[0] / 1e6:F2} M spans per CPU second; {allocated / 1e6:F1} MB allocated each"));
    }
}
