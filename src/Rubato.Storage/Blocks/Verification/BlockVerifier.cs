using Rubato.Model.Scanning;
using Rubato.Storage.ObjectStores;

namespace Rubato.Storage.Blocks.Verification;

/// <summary>
/// Looks at every byte of a block: descriptions and sizes, checksums, the index against the data that it is made from, every value of every row, and that rows, traces and
/// their columns are what their spans say. Memory: a row group's trace columns, and a few thousand spans. Goes on after a problem as far as it can.
/// </summary>
public static class BlockVerifier
{
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);

    /// <param name="store">Where it lies.</param>
    /// <param name="folder">Its folder with the slash at the end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IOException">The store does not answer; an absent object is a problem of the block.</exception>
    public static async Task<BlockVerification> VerifyAsync(IObjectStore store, string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var problems = new ProblemList();
        var meta = await ReadMetaAsync(store, folder, problems, cancellationToken);
        var index = await ReadAsync(store, folder + BlockKeys.Index, problems, cancellationToken);
        var data = await store.HeadAsync(folder + BlockKeys.Data, cancellationToken);
        if (data is null)
            problems.Add($"{BlockKeys.Data}: there is none");
        if (meta is not null)
            CheckSizes(meta, index, data?.Length, problems);
        if (index is not null && !BlockFormats.IsSoundIndex(index))
            problems.Add($"{BlockKeys.Index}: its checksum does not match");

        var rows = new RowCheck(problems);
        if (data is not null)
        {
            await CheckIndexAsync(store, folder, index, problems, cancellationToken);
            await CheckRowsAsync(store, folder, rows, problems, cancellationToken);
        }

        if (meta is not null && rows.IsComplete)
            CheckMeta(meta, rows, problems);
        return new BlockVerification(folder.TrimEnd('/'), problems.Problems, problems.Count, rows.Spans, rows.Traces, (data?.Length ?? 0) + (index?.Length ?? 0));
    }

    private static async Task<BlockMeta?> ReadMetaAsync(IObjectStore store, string folder, ProblemList problems, CancellationToken cancellationToken)
    {
        var name = BlockKeys.Meta;
        if (await store.HeadAsync(folder + name, cancellationToken) is null && await store.HeadAsync(folder + BlockKeys.CompactedMeta, cancellationToken) is not null)
            name = BlockKeys.CompactedMeta;
        if (await ReadAsync(store, folder + name, problems, cancellationToken) is not { } json)
            return null;
        if (!BlockMeta.TryParse(json, out var meta, out var error))
        {
            problems.Add($"{name}: {error}");
            return null;
        }

        // A copy for a look at it lies anywhere; where the folder has a block's name, it is that block's.
        if (BlockKeys.TryParse(folder + name, out var tenant, out var block, out _) && (meta.BlockId != block || meta.TenantId != tenant))
            problems.Add($"{name}: it describes the block {meta.BlockId} of tenant {meta.TenantId.Value}");
        return meta;
    }

    private static async Task<byte[]?> ReadAsync(IObjectStore store, string key, ProblemList problems, CancellationToken cancellationToken)
    {
        try
        {
            return await store.GetAsync(key, cancellationToken);
        }
        catch (ObjectNotFoundException)
        {
            problems.Add($"{key[(key.LastIndexOf('/') + 1)..]}: there is none");
            return null;
        }
    }

    private static void CheckSizes(BlockMeta meta, byte[]? index, long? dataBytes, ProblemList problems)
    {
        if (dataBytes is { } bytes && bytes != meta.Size)
            problems.Add($"{BlockKeys.Data}: it has {bytes} bytes, {BlockKeys.Meta} says {meta.Size}");
        if (index is null)
            return;
        if (index.Length != meta.IndexSize)
            problems.Add($"{BlockKeys.Index}: it has {index.Length} bytes, {BlockKeys.Meta} says {meta.IndexSize}");
        else if (BlockMeta.ChecksumOf(index) != meta.IndexChecksum)
            problems.Add($"{BlockKeys.Index}: it is not the one that {BlockKeys.Meta} names (checksum)");
    }

    private static async Task CheckIndexAsync(IObjectStore store, string folder, byte[]? index, ProblemList problems, CancellationToken cancellationToken)
    {
        try
        {
            var rebuilt = await BlockFormats.Current.RebuildIndexAsync(store, folder, cancellationToken);
            if (index is not null && !rebuilt.AsSpan().SequenceEqual(index))
                problems.Add($"{BlockKeys.Index}: it is not what {BlockKeys.Data} says; rubato block rebuild-index makes it anew");
        }
        catch (SegmentDamagedException e)
        {
            problems.Add($"{BlockKeys.Data}: {Reason(e)}");
        }
    }

    private static async Task CheckRowsAsync(IObjectStore store, string folder, RowCheck rows, ProblemList problems, CancellationToken cancellationToken)
    {
        try
        {
            using var block = BlockFormats.Current.Open(store, folder, new BlockCache(64L << 20));
            var context = new ScanContext(cancellationToken);
            foreach (var segment in await block.OpenSegmentsAsync(cancellationToken))
                await rows.CheckAsync(segment, context);
            rows.IsComplete = true;
        }
        catch (SegmentDamagedException e)
        {
            problems.Add(Reason(e));
        }
        catch (ObjectNotFoundException)
        {
            // Named already.
        }
    }

    private static void CheckMeta(BlockMeta meta, RowCheck rows, ProblemList problems)
    {
        Compare("totalSpans", meta.TotalSpans, rows.Spans);
        Compare("totalObjects", meta.TotalObjects, rows.Traces);
        Compare("totalRecords", meta.TotalRecords, rows.RowGroups);
        Compare("minTraceStartUnixNano", meta.MinTraceStartUnixNano, Signed(rows.MinTraceStart));
        Compare("maxTraceStartUnixNano", meta.MaxTraceStartUnixNano, Signed(rows.MaxTraceStart));
        if (rows.Spans == 0)
            return;
        if (Ticks(meta.StartTime) > rows.MinStart / 100)
            problems.Add($"{BlockKeys.Meta}: startTime {meta.StartTime:O} is after the first span, {rows.MinStart} ns: searches would miss it");
        if (Ticks(meta.EndTime + s_tick) < rows.MaxEnd / 100)
            problems.Add($"{BlockKeys.Meta}: endTime {meta.EndTime:O} is before the last span's end, {rows.MaxEnd} ns: searches would miss it, and retention would end it early");

        void Compare(string field, long said, long found)
        {
            if (said != found)
                problems.Add($"{BlockKeys.Meta}: {field} is {said}, the spans say {found}");
        }
    }

    private static string Reason(SegmentDamagedException e) =>
        e.Message.StartsWith(e.Segment + ": ", StringComparison.Ordinal) ? e.Message[(e.Segment.Length + 2)..] : e.Message;

    private static ulong Ticks(DateTimeOffset time) => time <= DateTimeOffset.UnixEpoch ? 0 : (ulong)(time - DateTimeOffset.UnixEpoch).Ticks;

    private static long Signed(ulong unixNano) => (long)Math.Min(unixNano, long.MaxValue);
}
