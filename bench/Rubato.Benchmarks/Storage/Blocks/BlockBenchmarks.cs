using BenchmarkDotNet.Attributes;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks;

namespace Rubato.Benchmarks.Storage.Blocks;

/// <summary>A block of 100,000 spans: written, opened, and asked.</summary>
[MemoryDiagnoser]
public class BlockBenchmarks
{
    private readonly BlockCache _cache = new(64 << 20);
    private readonly List<BatchRows> _input = [.. LoadShapeBatches.Make(4, 25_000).Select(BatchRows.All)];
    private readonly string _folder = Directory.CreateTempSubdirectory("rubato-bench-").FullName;
    private IBlock _block = null!;
    private TraceId _known;

    [GlobalSetup]
    public async Task WriteAsync()
    {
        await using (var data = File.Create(Path.Combine(_folder, BlockKeys.Data)))
        await using (var index = File.Create(Path.Combine(_folder, BlockKeys.Index)))
            BlockFormats.Current.Write(_input, data, index, BlockWriterOptions.Default, CancellationToken.None);
        _block = BlockFormats.Current.OpenFolder(_folder, _cache);
        var segment = (await _block.OpenSegmentsAsync(CancellationToken.None))[0];
        _known = ((TraceIdVector)(await segment.ReadAsync(SpanColumn.TraceId, ScanContext.None))!)[segment.SpanCount / 2];
    }

    [GlobalCleanup]
    public void Delete()
    {
        _block.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(Description = "write 100,000 spans")]
    public int Write() => BlockFormats.Current.Write(_input, Stream.Null, Stream.Null, BlockWriterOptions.Default, CancellationToken.None).SpanCount;

    [Benchmark(Description = "open: index without cache")]
    public async Task<int> Open()
    {
        using var block = BlockFormats.Current.OpenFolder(_folder, new BlockCache(64 << 20));
        return (await block.OpenSegmentsAsync(CancellationToken.None)).Count;
    }

    [Benchmark(Baseline = true, Description = "trace by id, hit")]
    public async Task<int> FindTrace()
    {
        var segment = await _block.FindTraceAsync(_known, CancellationToken.None);
        var rows = await segment!.FindTraceAsync(_known, ScanContext.None);
        return (await segment.ReadSpansAsync(rows, ScanContext.None)).Count;
    }

    [Benchmark(Description = "trace by id, miss")]
    public async Task<bool> MissTrace() => await _block.FindTraceAsync(new TraceId(1, 2), CancellationToken.None) is null;

    [Benchmark(Description = "read the names of all spans")]
    public async Task<int> ReadNames()
    {
        var values = 0;
        foreach (var segment in await _block.OpenSegmentsAsync(CancellationToken.None)) values += (await segment.ReadAsync(SpanColumn.Name, ScanContext.None))!.Count;
        return values;
    }

    [Benchmark(Description = "read the urls of all spans")]
    public async Task<int> ReadUrls()
    {
        var values = 0;
        foreach (var segment in await _block.OpenSegmentsAsync(CancellationToken.None))
        {
            foreach (var column in segment.Attributes.Where(a => a.Key == "http.url")) values += (await segment.ReadAsync(column, ScanContext.None)).Count;
        }

        return values;
    }
}
