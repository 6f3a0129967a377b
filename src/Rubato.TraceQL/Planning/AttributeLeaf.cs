using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Planning;

/// <summary>A condition on an attribute of a span, its resource or its instrumentation scope (spec/traceql.md 4.1).</summary>
internal sealed class AttributeLeaf(AttributeScope scope, string key, ValueTest test) : ColumnLeaf(test)
{
    private const string ServiceName = "service.name";

    public override async ValueTask<bool> IsImpossibleAsync(SegmentScan scan) => scope switch
    {
        AttributeScope.Span => await IsAttributeImpossibleAsync(scan, AttributeOwner.Span, key).ConfigureAwait(false),
        AttributeScope.Instrumentation => await IsAttributeImpossibleAsync(scan, AttributeOwner.Scope, key).ConfigureAwait(false),
        AttributeScope.Resource => await IsResourceImpossibleAsync(scan).ConfigureAwait(false),
        _ => await IsAttributeImpossibleAsync(scan, AttributeOwner.Span, key).ConfigureAwait(false)
            && await IsResourceImpossibleAsync(scan).ConfigureAwait(false),
    };

    public override async ValueTask<Selection> EvaluateKnownAsync(SegmentScan scan, Selection? within)
    {
        if (await IsImpossibleAsync(scan).ConfigureAwait(false)) return new Selection(scan.SpanCount);
        var rows = scan.LateRows(within);
        var hits = new Selection(rows?.Count ?? scan.SpanCount);
        switch (scope)
        {
            case AttributeScope.Span:
                await AddAttributeAsync(scan, AttributeOwner.Span, key, Test, rows, hits, within).ConfigureAwait(false);
                break;
            case AttributeScope.Instrumentation:
                await AddAttributeAsync(scan, AttributeOwner.Scope, key, Test, rows, hits, within).ConfigureAwait(false);
                break;
            case AttributeScope.Resource:
                await AddResourceAsync(scan, rows, hits, within).ConfigureAwait(false);
                break;
            default:
                await AddResourceAsync(scan, rows, hits, within).ConfigureAwait(false);
                if (scan.HasKey(AttributeOwner.Span, key))
                {
                    // The span's own attribute hides the resource's by its key, whatever its value.
                    if (!hits.IsEmpty)
                    {
                        var present = new Selection(hits.Length);
                        await AddAttributeAsync(scan, AttributeOwner.Span, key, PresentTest.Instance, rows, present, within).ConfigureAwait(false);
                        hits.AndNot(present);
                    }

                    await AddAttributeAsync(scan, AttributeOwner.Span, key, Test, rows, hits, within).ConfigureAwait(false);
                }

                break;
        }

        return rows is { } few ? hits.Scatter(few, scan.SpanCount) : hits;
    }

    // The service name always exists: a resource without a text there has the empty one (4.3).
    private bool IsServiceName => key == ServiceName;

    private async ValueTask<bool> IsResourceImpossibleAsync(SegmentScan scan)
    {
        if (IsServiceName && (!Test.Accepts(ColumnType.String) || Test.Text([]))) return !Test.Accepts(ColumnType.String);
        return await IsAttributeImpossibleAsync(scan, AttributeOwner.Resource, key).ConfigureAwait(false);
    }

    private async ValueTask AddResourceAsync(SegmentScan scan, RowSet? rows, Selection hits, Selection? within)
    {
        if (!IsServiceName)
        {
            await AddAttributeAsync(scan, AttributeOwner.Resource, key, Test, rows, hits, within).ConfigureAwait(false);
            return;
        }

        if (!Test.Accepts(ColumnType.String)) return;
        var texts = new List<ColumnVector>();
        foreach (var column in scan.ColumnsOf(AttributeOwner.Resource, key))
        {
            if (column.Type != ColumnType.String) continue;
            var vector = await scan.ReadAsync(column, rows).ConfigureAwait(false);
            Add(scan, vector, column.Ordinal, Test, hits);
            texts.Add(vector);
        }

        foreach (var vector in await scan.ReadOverflowAsync(AttributeOwner.Resource, key, rows).ConfigureAwait(false))
        {
            if (vector.Type != ColumnType.String) continue;
            Add(scan, vector, int.MinValue, Test, hits);
            texts.Add(vector);
        }

        if (!Test.Text([])) return;
        var named = new Selection(hits.Length);
        foreach (var vector in texts) ColumnKernels.Present(vector, named);
        hits.Or(named.Not());
    }
}
