using System.Text.Json;
using Rubato.Commands.Block;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks;

namespace Rubato.Oracles;

/// <summary>
/// <c>Rubato.Oracles soak BLOCKS_FOLDER LOADS.json</c>: reads the ids of every span of every live block of a stopped server, and compares them with
/// what bench/soak.py sent. Exit code 0: every acknowledged span is there once, and nothing else but what got no answer; 1: not so; 2: bad arguments.
/// </summary>
internal static class SoakCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var folder, var loads] || !Directory.Exists(folder) || !File.Exists(loads))
        {
            await Console.Error.WriteLineAsync("usage: Rubato.Oracles soak BLOCKS_FOLDER LOADS.json, both existing");
            return 2;
        }

        var tally = new SoakTally();
        foreach (var load in SoakLoad.Read(loads)) tally.Add(load);
        using var place = BlockPlace.OfFolder(folder);
        var blocks = (await BlockListing.FindAsync(place.Store, CancellationToken.None)).Where(block => block.Meta is not null).ToList();
        // As the server does: what a merged block replaces does not count, though it may still have its description.
        var replaced = blocks.SelectMany(block => block.Meta!.CompactedFrom).ToHashSet();
        blocks.RemoveAll(block => replaced.Contains(block.Meta!.BlockId));
        foreach (var block in blocks) await ReadAsync(Path.Combine(folder, block.Tenant, block.Block), tally);
        tally.Close();
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            blocks = blocks.Count,
            levels = blocks.GroupBy(b => b.Meta!.CompactionLevel).ToDictionary(g => g.Key, g => g.Count()),
            acknowledgedSpans = tally.AcknowledgedSpans,
            foundSpans = tally.FoundSpans,
            missingSpans = tally.MissingSpans,
            doubledSpans = tally.DoubledSpans,
            unknownSpans = tally.UnknownSpans,
            unacknowledgedFound = tally.UnacknowledgedFound,
            examples = tally.Examples,
        }));
        return tally.IsGood ? 0 : 1;
    }

    private static async Task ReadAsync(string folder, SoakTally tally)
    {
        using var block = BlockFormats.Current.OpenFolder(folder, new BlockCache(64L << 20));
        foreach (var segment in await block.OpenSegmentsAsync(CancellationToken.None))
        {
            var traces = (TraceIdVector)(await segment.ReadAsync(SpanColumn.TraceId, ScanContext.None))!;
            var spans = (Int64Vector)(await segment.ReadAsync(SpanColumn.SpanId, ScanContext.None))!;
            for (var row = 0; row < segment.SpanCount; row++) tally.Found(traces[row], new SpanId((ulong)spans.Values[row]), segment.Name);
        }
    }
}
