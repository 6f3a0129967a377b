using System.Diagnostics;
using Rubato.Model.Columns;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores.Local;

namespace Rubato.Benchmarks.Storage.Blocks;

/// <summary>
/// Merges blocks of the load shape and prints what a span costs: processor time, memory, bytes before and after. Not a BenchmarkDotNet class: one merge
/// takes seconds, and its peak of memory matters as much as its time.
/// </summary>
internal static class BlockMerge
{
    /// <param name="inputs">Blocks.</param>
    /// <param name="spansEach">Spans of each.</param>
    /// <param name="rounds">Merges; the first warms up.</param>
    public static async Task RunAsync(int inputs, int spansEach, int rounds)
    {
        var root = Directory.CreateTempSubdirectory("rubato-merge-bench-").FullName;
        try
        {
            var (folders, spans, bytes) = Write(root, inputs, spansEach);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            Console.WriteLine($"{inputs} blocks, {spans:N0} spans, {bytes / (double)spans:F1} bytes a span");
            for (var round = 0; round < rounds; round++) await MergeAsync(root, folders, spans);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static (List<string> Folders, long Spans, long Bytes) Write(string root, int inputs, int spansEach)
    {
        var folders = new List<string>();
        long spans = 0, bytes = 0;
        var next = 0L;
        for (var i = 0; i < inputs; i++)
        {
            var batches = new List<BatchRows>();
            for (var left = spansEach; left > 0;)
            {
                var builder = new SpanBatchBuilder();
                while (builder.SpanCount < Math.Min(left, 65_536)) Rubato.Model.Otlp.OtlpReader.Read(LoadShapeBatches.Requests(1, next++)[0], builder);
                left -= builder.SpanCount;
                batches.Add(BatchRows.All(builder.Snapshot()));
            }

            var folder = $"bench/{i}/";
            Directory.CreateDirectory(Path.Combine(root, folder));
            using var data = File.Create(Path.Combine(root, folder, BlockKeys.Data));
            using var index = new MemoryStream();
            var figures = BlockFormats.Current.Write(batches, data, index, BlockWriterOptions.Default, CancellationToken.None);
            folders.Add(folder);
            spans += figures.SpanCount;
            bytes += figures.DataBytes + figures.IndexBytes;
        }

        return (folders, spans, bytes);
    }

    private static async Task MergeAsync(string root, List<string> folders, long spans)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetTotalAllocatedBytes();
        var peak = 0L;
        var clock = Stopwatch.StartNew();
        using var data = File.Create(Path.Combine(root, "merged.parquet"));
        using var index = new MemoryStream();
        var figures = await BlockFormats.Current.MergeAsync(
            new LocalObjectStore(root), folders, data, index, BlockWriterOptions.Compacted, root,
            _ =>
            {
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false));
                return default;
            },
            CancellationToken.None);
        var used = (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds;
        Console.WriteLine(
            $"{used / spans:F2} us CPU a span, {clock.Elapsed.TotalMicroseconds / spans:F2} us elapsed, {(GC.GetTotalAllocatedBytes() - allocated) / (double)spans:F0} bytes allocated a span, " +
            $"heap at most {peak >> 20} MB, {figures.TraceCount:N0} traces, {(figures.DataBytes + figures.IndexBytes) / (double)figures.SpanCount:F1} bytes a span");
    }
}
