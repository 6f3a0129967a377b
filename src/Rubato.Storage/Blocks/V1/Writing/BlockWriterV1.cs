namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>
/// Writes a block from sealed batches:
/// 1. sort all rows by (trace id, start, span id), drop duplicates;
/// 2. choose attribute columns and cut row groups;
/// 3. for each row group and column: gather from the batches, write, add to the index;
/// 4. footer, then index.bin.
/// Runs on the caller's thread. Steps 3 and 4 are <see cref="BlockStreamWriter"/>, which a merge of blocks uses too.
/// </summary>
internal static class BlockWriterV1
{
    public static BlockFigures Write(
        IReadOnlyList<BatchRows> input, Stream data, Stream index, BlockWriterOptions options, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RowGroupSpans, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxAttributeColumns);
        var plan = BlockPlan.Create(input, options);
        if (plan.Spans.Count == 0) throw new ArgumentException("a block needs at least one span", nameof(input));

        using var writer = new BlockStreamWriter(plan.Schema, data, options);
        var groups = writer.RowGroups;
        for (var g = 0; g + 1 < plan.RowGroups.Count; g++)
        {
            groups.Begin(plan.RowGroup(g));
            foreach (var column in plan.Schema.Columns)
            {
                cancellationToken.ThrowIfCancellationRequested();
                groups.Write(column, groups.SourceOf(column) is { } source ? plan.PiecesOf(source) : null);
            }

            groups.End();
        }

        return writer.Finish(index, plan.Spans.DuplicateCount);
    }
}
