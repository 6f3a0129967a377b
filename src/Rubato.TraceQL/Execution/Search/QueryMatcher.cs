using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Columns;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Planning;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Search;

/// <summary>Traces for which a TraceQL pipeline leaves spansets.</summary>
internal sealed class QueryMatcher : ITraceMatcher
{
    private readonly SpansetPipeline _pipeline;
    private readonly int _spansPerSpanset;
    private readonly bool _showsName;
    private readonly Field[] _shown;

    public QueryMatcher(SpansetPipeline pipeline, int spansPerSpanset)
    {
        _pipeline = pipeline;
        _spansPerSpanset = spansPerSpanset;
        Candidates = TraceFormula.Of(pipeline);
        // Of one filter the spans found are the whole truth already.
        if (pipeline.Stages.Count(s => s is not SelectStage) > 1 || pipeline.Stages[0] is not SpansetFilter) Columns = ColumnPipeline.Of(pipeline);
        Needed.Add(pipeline);
        _showsName = Needed.Shown.Contains(new IntrinsicField(Intrinsic.Name));
        _shown = [.. Needed.Shown.Where(f => f is not IntrinsicField { Intrinsic: Intrinsic.Name or Intrinsic.Duration or Intrinsic.TraceDuration
            or Intrinsic.TraceRootName or Intrinsic.TraceRootService or Intrinsic.TraceId or Intrinsic.SpanId })];
    }

    public TraceFormula Candidates { get; }

    public ColumnPipeline? Columns { get; }

    public NeededFields Needed { get; } = new();

    public TraceSearchResult? Match(PlainTrace trace)
    {
        var spansets = PlainEvaluator.Run(_pipeline, trace);
        if (spansets.Count == 0) return null;
        return TraceResults.Of(trace) with
        {
            ServiceStats = trace.ServiceStats(),
            Spansets = [.. spansets.Select(s => new SpansetResult(
                s.Spans.Count, [.. s.Spans.Take(_spansPerSpanset).Select(i => ResultOf(trace, i))], s.Attributes))],
        };
    }

    private SpanResult ResultOf(PlainTrace trace, int index)
    {
        var span = trace.Spans[index];
        var attributes = new List<KeyValuePair<string, AttributeValue>>(_shown.Length);
        foreach (var field in _shown)
        {
            if (PlainFields.ValuesOf(field, trace, index) is not [var value, ..]) continue;
            var key = field is AttributeField attribute ? attribute.Name : Intrinsics.NameOf(((IntrinsicField)field).Intrinsic);
            attributes.Add(new(key, value.ToAttribute()));
        }

        return new SpanResult(span.SpanId, _showsName ? span.Name : null, span.StartUnixNano, span.DurationNano, attributes);
    }
}

internal static class TraceResults
{
    /// <summary>The members that every answer has.</summary>
    public static TraceSearchResult Of(PlainTrace trace) => new()
    {
        TraceId = trace.TraceId,
        RootServiceName = trace.RootService.Length == 0 ? null : trace.RootService,
        RootTraceName = trace.RootName,
        StartUnixNano = trace.StartUnixNano,
        DurationNano = trace.DurationNano,
    };
}
