using Rubato.Storage.Blocks.V1.Writing;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Merging;

/// <summary>
/// Makes one block of several:
/// <code>
/// inputs, each sorted by trace id    a a | c c c | f     b | c c | d d        (| ends a trace)
///   1. cut: the lowest traces, up to a row group's worth     a a b c c c c c
///   2. sort their spans, drop duplicates, number nested sets, from ids and times alone
///   3. column by column: read the slices of that column, map their codes to common ones, write
///   and again from 1; then the footer and the index
/// </code>
/// No span is ever an object and no value a string: codes are mapped from dictionary to dictionary. Memory: of a row group what orders its spans and one column, whatever
/// the blocks' sizes.
/// </summary>
internal static class BlockMerger
{
    /// <summary>Blocks beyond this many spans would not fit the 32-bit positions of the index.</summary>
    public const long MaxSpans = 1L << 30;

    /// <param name="inputs">Name and file of each; older ones first, since of equal spans the first is kept. They are closed at the end.</param>
    /// <param name="data">data.parquet.</param>
    /// <param name="index">index.bin.</param>
    /// <param name="options">As for a block from memory.</param>
    /// <param name="scratchFolder">For what need not be in memory.</param>
    /// <param name="pace">Called after each column: may wait, so that merging takes no more of the processor than it should.</param>
    /// <param name="cancellationToken">Ends the work; the files are then good for nothing.</param>
    public static async Task<BlockFigures> MergeAsync(
        IReadOnlyList<(string Name, IRandomAccessSource Data)> inputs, Stream data, Stream index, BlockWriterOptions options, string scratchFolder, Func<CancellationToken, ValueTask> pace,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RowGroupSpans, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxAttributeColumns);
        var opened = new List<BlockInput>();
        try
        {
            for (var i = 0; i < inputs.Count; i++) opened.Add(await BlockInput.OpenAsync(inputs[i].Name, i, inputs[i].Data, cancellationToken));
            return await MergeAsync(opened, data, index, options, scratchFolder, pace, cancellationToken);
        }
        finally
        {
            foreach (var input in opened) input.Dispose();
            foreach (var (_, source) in inputs.Skip(opened.Count)) (source as IDisposable)?.Dispose();
        }
    }

    private static async Task<BlockFigures> MergeAsync(
        List<BlockInput> inputs, Stream data, Stream index, BlockWriterOptions options, string scratchFolder, Func<CancellationToken, ValueTask> pace, CancellationToken cancellationToken)
    {
        var spans = inputs.Sum(i => (long)i.SpanCount);
        if (spans is 0 or > MaxSpans) throw new ArgumentException($"a block of {spans} spans cannot be written (1 to {MaxSpans})", nameof(inputs));
        var rowGroups = (spans + options.RowGroupSpans - 1) / options.RowGroupSpans;
        var cutter = new MergeCutter(inputs, (int)((spans + rowGroups - 1) / rowGroups), options.RowGroupLongValueBytes);
        var schema = MergeSchema.Of(inputs, options.MaxAttributeColumns);
        var duplicates = 0;
        using var writer = new BlockStreamWriter(schema.Columns, data, options, scratchFolder);
        var groups = writer.RowGroups;
        while (await cutter.NextAsync(cancellationToken) is { } slices)
        {
            var group = await MergeGroup.ReadAsync(slices, schema, cancellationToken);
            duplicates += group.DuplicateCount;
            groups.Begin(group.Rows);
            foreach (var column in schema.Columns.Columns)
            {
                cancellationToken.ThrowIfCancellationRequested();
                groups.Write(column, groups.SourceOf(column) is { } source ? await group.ReadAsync(source, cancellationToken) : null);
                await pace(cancellationToken);
            }

            groups.End();
            foreach (var input in inputs) input.Release();
        }

        return writer.Finish(index, duplicates);
    }
}
