using Rubato.TraceQL.Execution.Scan;

namespace Rubato.TraceQL.Planning;

internal sealed class ConstantNode(bool value) : FilterNode
{
    public bool Value => value;

    public override int Cost => 0;

    public override ValueTask<bool> IsImpossibleAsync(SegmentScan scan) => new(!value);

    public override ValueTask<Selection> EvaluateAsync(SegmentScan scan, Selection? within) =>
        new(value ? Selection.All(scan.SpanCount) : new Selection(scan.SpanCount));
}

internal sealed class AndNode(IEnumerable<FilterNode> parts) : FilterNode
{
    private readonly FilterNode[] _parts = [.. parts.OrderBy(p => p.Cost)];

    public override int Cost => _parts.Sum(p => p.Cost);

    public override bool NeedsWholeTrace => _parts.Any(p => p.NeedsWholeTrace);

    public override async ValueTask<bool> IsImpossibleAsync(SegmentScan scan)
    {
        foreach (var part in _parts)
        {
            if (await part.IsImpossibleAsync(scan).ConfigureAwait(false)) return true;
        }

        return false;
    }

    public override async ValueTask<Selection> EvaluateAsync(SegmentScan scan, Selection? within)
    {
        // The index may rule the whole out before the first column is read.
        if (await IsImpossibleAsync(scan).ConfigureAwait(false)) return new Selection(scan.SpanCount);
        var rest = within?.Copy();
        foreach (var part in _parts)
        {
            scan.CancellationToken.ThrowIfCancellationRequested();
            var hits = await part.EvaluateAsync(scan, rest).ConfigureAwait(false);
            rest = rest is null ? hits.Copy() : rest.And(hits);
            if (rest.IsEmpty) break;
        }

        return rest!;
    }
}

internal sealed class OrNode(IEnumerable<FilterNode> parts) : FilterNode
{
    private readonly FilterNode[] _parts = [.. parts.OrderBy(p => p.Cost)];

    public override int Cost => _parts.Sum(p => p.Cost);

    public override bool NeedsWholeTrace => _parts.Any(p => p.NeedsWholeTrace);

    public override async ValueTask<bool> IsImpossibleAsync(SegmentScan scan)
    {
        foreach (var part in _parts)
        {
            if (!await part.IsImpossibleAsync(scan).ConfigureAwait(false)) return false;
        }

        return true;
    }

    public override async ValueTask<Selection> EvaluateAsync(SegmentScan scan, Selection? within)
    {
        var hits = new Selection(scan.SpanCount);
        foreach (var part in _parts)
        {
            scan.CancellationToken.ThrowIfCancellationRequested();
            if (!await part.IsImpossibleAsync(scan).ConfigureAwait(false)) hits.Or(await part.EvaluateAsync(scan, within).ConfigureAwait(false));
        }

        return hits;
    }
}

/// <summary>The complement of a leaf. What the leaf cannot know stays selected.</summary>
internal sealed class NotNode(LeafNode leaf) : FilterNode
{
    public override int Cost => leaf.Cost;

    public override bool NeedsWholeTrace => leaf.NeedsWholeTrace;

    public override async ValueTask<Selection> EvaluateAsync(SegmentScan scan, Selection? within)
    {
        var hits = (await leaf.EvaluateKnownAsync(scan, within).ConfigureAwait(false)).Copy().Not();
        return leaf.NeedsWholeTrace ? hits.Or(await scan.UnknownTracesAsync().ConfigureAwait(false)) : hits;
    }
}

/// <summary>A condition on one field. Where it is a value of the whole trace, the rows of <see cref="SegmentScan.UnknownTracesAsync"/> may match.</summary>
internal abstract class LeafNode : FilterNode
{
    /// <summary>As <see cref="FilterNode.EvaluateAsync"/>, from what the segment holds alone.</summary>
    public abstract ValueTask<Selection> EvaluateKnownAsync(SegmentScan scan, Selection? within);

    public override async ValueTask<Selection> EvaluateAsync(SegmentScan scan, Selection? within)
    {
        var hits = await EvaluateKnownAsync(scan, within).ConfigureAwait(false);
        return NeedsWholeTrace ? hits.Or(await scan.UnknownTracesAsync().ConfigureAwait(false)) : hits;
    }
}

/// <summary>A condition on something that no column holds (child counts): only the whole trace can tell, negated or not.</summary>
internal sealed class UnknownNode : FilterNode
{
    public override int Cost => 200;

    public override bool NeedsWholeTrace => true;

    public override ValueTask<Selection> EvaluateAsync(SegmentScan scan, Selection? within) => new(scan.AllUnknown());
}
