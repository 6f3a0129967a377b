using System.Diagnostics;
using System.Globalization;
using Rubato.Commands.Load;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;

namespace Rubato.Benchmarks.Storage.Blocks;

/// <summary>
/// <c>Rubato.Benchmarks block-folders &lt;folder&gt; [blocks] [spans]</c>: blocks as compaction leaves them, of the spans that <c>rubato load</c> sends, for a server to be
/// started on: <c>storage.trace.local.path</c> is the folder. Two minutes for 20 blocks of a million spans.
/// </summary>
internal static class BlockFolders
{
    private const long StartUnixNano = 1_770_000_000_000_000_000;

    public static void Run(string folder, int blocks, int spansEach)
    {
        var shape = LoadRunner.CreateShape(new LoadOptions
        {
            Target = new Uri("http://localhost"), Spans = (long)blocks * spansEach, Rate = 0, Seed = 1, StartUnixNano = StartUnixNano,
        });
        var buffer = new byte[shape.MaxRequestBytes];
        var request = 0L;
        var started = Stopwatch.StartNew();
        for (var b = 0; b < blocks; b++)
        {
            var input = new List<BatchRows>();
            var builder = new SpanBatchBuilder();
            for (var spans = 0; spans < spansEach;)
            {
                var before = builder.SpanCount;
                OtlpReader.Read(buffer.AsMemory(0, shape.Write(request++, buffer)).ToArray(), builder);
                spans += builder.SpanCount - before;
                if (builder.SpanCount < 65_536 && spans < spansEach) continue;
                input.Add(BatchRows.All(builder.Snapshot()));
                builder = new SpanBatchBuilder();
            }

            Write(folder, b, input);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"block {b + 1} of {blocks} after {started.Elapsed.TotalSeconds:F0} s"));
        }
    }

    private static void Write(string root, int number, List<BatchRows> input)
    {
        var tenant = TenantId.Single;
        var id = new BlockId(new Guid(number + 1, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 0));
        var folder = Path.Combine(root, BlockKeys.Folder(tenant, id));
        Directory.CreateDirectory(folder);
        BlockFigures figures;
        using (var data = File.Create(Path.Combine(folder, BlockKeys.Data), 1 << 20))
        using (var index = File.Create(Path.Combine(folder, BlockKeys.Index), 1 << 20))
            figures = BlockFormats.Current.Write(input, data, index, BlockWriterOptions.Default, CancellationToken.None);
        var meta = new BlockMeta
        {
            BlockId = id,
            TenantId = tenant,
            StartTime = DateTimeOffset.UnixEpoch.AddTicks((long)(figures.TimeRange.StartUnixNano / 100)),
            EndTime = DateTimeOffset.UnixEpoch.AddTicks((long)(figures.TimeRange.EndUnixNano / 100) + 1),
            TotalObjects = figures.TraceCount,
            TotalSpans = figures.SpanCount,
            Size = figures.DataBytes,
            IndexSize = figures.IndexBytes,
            IndexChecksum = figures.IndexChecksum,
            TotalRecords = figures.RowGroupCount,
            FooterSize = figures.FooterBytes,
            MinTraceStartUnixNano = (long)figures.MinTraceStartUnixNano,
            MaxTraceStartUnixNano = (long)figures.MaxTraceStartUnixNano,
            CompactionLevel = 1,
        };
        File.WriteAllBytes(Path.Combine(folder, BlockKeys.Meta), meta.ToJson());
    }
}
