using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>Finds and reads the columns of a field in one segment. Values of whole traces are those that the segment stores.</summary>
internal static class FieldReader
{
    private const string ServiceName = "service.name";
    private static readonly StaticValue Empty = StaticValue.FromString("");

    /// <param name="scan">The segment.</param>
    /// <param name="field">Any field but the child count, which no column holds.</param>
    /// <param name="rows">The rows of interest, or null for all.</param>
    public static async ValueTask<FieldParts> ReadAsync(SegmentScan scan, Field field, RowSet? rows)
    {
        if (field is AttributeField attribute) return await ReadAttributeAsync(scan, attribute, rows).ConfigureAwait(false);
        switch (((IntrinsicField)field).Intrinsic)
        {
            case Intrinsic.Duration:
                return await FixedAsync(scan, SpanColumn.DurationNano, ValueForm.Duration, StaticValue.FromDuration(0), rows).ConfigureAwait(false);
            case Intrinsic.Name:
                return await FixedAsync(scan, SpanColumn.Name, ValueForm.Text, Empty, rows).ConfigureAwait(false);
            case Intrinsic.Status:
                return await FixedAsync(scan, SpanColumn.StatusCode, ValueForm.Status, StaticValue.FromStatus(0), rows).ConfigureAwait(false);
            case Intrinsic.StatusMessage:
                return await FixedAsync(scan, SpanColumn.StatusMessage, ValueForm.Text, Empty, rows).ConfigureAwait(false);
            case Intrinsic.Kind:
                return await FixedAsync(scan, SpanColumn.Kind, ValueForm.Kind, StaticValue.FromKind(0), rows).ConfigureAwait(false);
            case Intrinsic.SpanId:
                return await FixedAsync(scan, SpanColumn.SpanId, ValueForm.SpanId, StaticValue.Nil, rows).ConfigureAwait(false);
            case Intrinsic.SpanParentId:
                return await FixedAsync(scan, SpanColumn.ParentSpanId, ValueForm.SpanId, StaticValue.Nil, rows).ConfigureAwait(false);
            case Intrinsic.TraceId:
                return await FixedAsync(scan, SpanColumn.TraceId, ValueForm.TraceId, StaticValue.Nil, rows).ConfigureAwait(false);
            case Intrinsic.InstrumentationName:
                return await FixedAsync(scan, SpanColumn.ScopeName, ValueForm.Text, Empty, rows).ConfigureAwait(false);
            case Intrinsic.InstrumentationVersion:
                return await FixedAsync(scan, SpanColumn.ScopeVersion, ValueForm.Text, Empty, rows).ConfigureAwait(false);
            case Intrinsic.TraceDuration:
                return await FixedAsync(scan, SpanColumn.TraceDurationNano, ValueForm.Duration, StaticValue.FromDuration(0), rows).ConfigureAwait(false);
            case Intrinsic.TraceRootName:
                return await FixedAsync(scan, SpanColumn.RootName, ValueForm.Text, Empty, rows).ConfigureAwait(false);
            case Intrinsic.TraceRootService:
                return await FixedAsync(scan, SpanColumn.RootServiceName, ValueForm.Text, Empty, rows).ConfigureAwait(false);
            case Intrinsic.NestedSetLeft:
                return await FixedAsync(scan, SpanColumn.NestedSetLeft, ValueForm.Int, StaticValue.FromInt(0), rows).ConfigureAwait(false);
            case Intrinsic.NestedSetRight:
                return await FixedAsync(scan, SpanColumn.NestedSetRight, ValueForm.Int, StaticValue.FromInt(0), rows).ConfigureAwait(false);
            case Intrinsic.NestedSetParent:
                return await FixedAsync(scan, SpanColumn.NestedSetParent, ValueForm.Int, StaticValue.FromInt(0), rows).ConfigureAwait(false);
            case Intrinsic.EventName:
                return await ChildAsync(scan, AttributeOwner.Event, SpanColumn.EventName, ValueForm.Text, Empty).ConfigureAwait(false);
            case Intrinsic.EventTimeSinceStart:
                return await ElapsedAsync(scan).ConfigureAwait(false);
            case Intrinsic.LinkTraceId:
                return await ChildAsync(scan, AttributeOwner.Link, SpanColumn.LinkTraceId, ValueForm.LinkTraceId, Empty).ConfigureAwait(false);
            case Intrinsic.LinkSpanId:
                return await ChildAsync(scan, AttributeOwner.Link, SpanColumn.LinkSpanId, ValueForm.LinkSpanId, Empty).ConfigureAwait(false);
            default:
                throw new InvalidOperationException($"no column holds {CanonicalText.Of(field)}");
        }
    }

    private static async ValueTask<FieldParts> ReadAttributeAsync(SegmentScan scan, AttributeField field, RowSet? rows)
    {
        var parts = new List<FieldPart>(2);
        switch (field.Scope)
        {
            case AttributeScope.Event or AttributeScope.Link:
                var owner = field.Scope == AttributeScope.Event ? AttributeOwner.Event : AttributeOwner.Link;
                if (CountOf(scan, owner) == 0) return new FieldParts([], StaticValue.Nil, null);
                await AddAsync(scan, owner, field.Name, null, parts).ConfigureAwait(false);
                return new FieldParts(parts, StaticValue.Nil, await scan.Segment.ReadParentsAsync(owner, scan.Context).ConfigureAwait(false));
            case AttributeScope.Instrumentation:
                await AddAsync(scan, AttributeOwner.Scope, field.Name, rows, parts).ConfigureAwait(false);
                return new FieldParts(parts, StaticValue.Nil, null);
            case AttributeScope.Span:
                await AddAsync(scan, AttributeOwner.Span, field.Name, rows, parts).ConfigureAwait(false);
                return new FieldParts(parts, StaticValue.Nil, null);
            case AttributeScope.Unscoped:
                await AddAsync(scan, AttributeOwner.Span, field.Name, rows, parts).ConfigureAwait(false);
                break;
        }

        var isService = field.Name == ServiceName;
        await AddAsync(scan, AttributeOwner.Resource, field.Name, rows, parts, textOnly: isService).ConfigureAwait(false);
        return new FieldParts(parts, isService ? Empty : StaticValue.Nil, null);
    }

    private static async ValueTask AddAsync(SegmentScan scan, AttributeOwner owner, string key, RowSet? rows, List<FieldPart> parts, bool textOnly = false)
    {
        foreach (var column in scan.ColumnsOf(owner, key))
        {
            if (!textOnly || column.Type == ColumnType.String)
                parts.Add(new FieldPart(await scan.ReadAsync(column, rows).ConfigureAwait(false), ValueForm.Attribute));
        }

        foreach (var vector in await scan.ReadOverflowAsync(owner, key, rows).ConfigureAwait(false))
        {
            if (!textOnly || vector.Type == ColumnType.String) parts.Add(new FieldPart(vector, ValueForm.Attribute));
        }
    }

    private static async ValueTask<FieldParts> FixedAsync(SegmentScan scan, SpanColumn column, ValueForm form, StaticValue absent, RowSet? rows)
    {
        var vector = await scan.ReadAsync(column, rows).ConfigureAwait(false);
        return new FieldParts(vector is null ? [] : [new FieldPart(vector, form)], absent, null);
    }

    private static async ValueTask<FieldParts> ChildAsync(SegmentScan scan, AttributeOwner owner, SpanColumn column, ValueForm form, StaticValue absent)
    {
        if (CountOf(scan, owner) == 0) return new FieldParts([], StaticValue.Nil, null);
        var vector = await scan.ReadAsync(column).ConfigureAwait(false);
        // An event without a name has the empty one: its row needs a value, so the column is made whole.
        var whole = vector ?? new StringVector(CountOf(scan, owner), 0, [], [], DictionaryView.Empty);
        return new FieldParts([new FieldPart(whole, form)], absent, await scan.Segment.ReadParentsAsync(owner, scan.Context).ConfigureAwait(false));
    }

    private static async ValueTask<FieldParts> ElapsedAsync(SegmentScan scan)
    {
        if (scan.Segment.EventCount == 0) return new FieldParts([], StaticValue.Nil, null);
        var parents = await scan.Segment.ReadParentsAsync(AttributeOwner.Event, scan.Context).ConfigureAwait(false);
        var times = (Int64Vector?)await scan.ReadAsync(SpanColumn.EventTimeUnixNano).ConfigureAwait(false);
        var starts = (Int64Vector)(await scan.ReadAsync(SpanColumn.StartUnixNano).ConfigureAwait(false))!;
        var elapsed = ColumnRows.Ints(times, parents.Length);
        for (var i = 0; i < elapsed.Length; i++) elapsed[i] = unchecked(elapsed[i] - starts.Values[parents.Span[i]]);
        return new FieldParts([new FieldPart(new Int64Vector(elapsed.Length, elapsed.Length, null, elapsed), ValueForm.Elapsed)], StaticValue.Nil, parents);
    }

    private static int CountOf(SegmentScan scan, AttributeOwner owner) =>
        owner == AttributeOwner.Event ? scan.Segment.EventCount : scan.Segment.LinkCount;
}
