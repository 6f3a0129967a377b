using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.Query.Api;

public sealed partial class QueryApi
{
    /// <summary><c>GET /api/traces/{id}</c> (spec/http-api.md 3.1).</summary>
    private async Task TraceV1Async(QueryCall call)
    {
        var found = await FindTraceAsync(call);
        await call.AnswerAsync(Accepted.Protobuf, OtlpWriter.Write(found.Spans), found.Problems);
    }

    private async Task TraceV2Async(QueryCall call)
    {
        var found = await FindTraceAsync(call);
        await call.AnswerAsync(Accepted.Protobuf, OtlpWriter.Write(found.Spans), found.Problems);
    }

    private async Task<FoundTrace> FindTraceAsync(QueryCall call)
    {
        var text = (string)call.Http.Request.RouteValues["id"]!;
        var id = ParseTraceId(text);
        var range = CheckTraceParameters(call);
        var context = new ScanContext(call.CancellationToken);
        using var snapshot = await call.OpenAsync(t => _source.OpenTraceAsync(t, id, range, call.CancellationToken));
        var spans = new List<Span>();
        var problems = new List<string>(snapshot.Problems);
        foreach (var segment in snapshot.Segments)
        {
            try
            {
                var rows = await segment.FindTraceAsync(id, context);
                if (rows.Count > 0) spans.AddRange(await segment.ReadSpansAsync(rows, context));
            }
            catch (SegmentDamagedException e)
            {
                problems.Add(e.Message);
            }
        }

        return new FoundTrace(spans, context.InspectedBytes, problems);
    }

    private static TraceId ParseTraceId(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiHexDigit(text[i]))
                throw ApiException.BadRequest($"trace IDs can only contain hex characters: invalid character '{text[i]}' at position {i + 1}");
        }

        return TraceId.TryParse(text, out var id) ? id : throw ApiException.BadRequest("trace IDs can't be larger than 128 bits");
    }

    private static TimeRange CheckTraceParameters(QueryCall call)
    {
        var mode = call.Parameters["mode"];
        if (mode is not (null or "all" or "ingesters" or "blocks" or "external")) throw ApiException.BadRequest($"invalid value for mode {mode}");
        // With mode=ingesters Tempo does not even look at the other parameters.
        if (mode == "ingesters") return TimeRange.All;
        foreach (var name in (string[])["blockStart", "blockEnd"])
        {
            if (call.Parameters[name] is { } value && !Guid.TryParse(value, out _))
                throw ApiException.BadRequest($"invalid value for {(name == "blockStart" ? "blockstart" : name)}: \"{value}\" is not a UUID");
        }

        return call.Parameters.TraceRange();
    }

    private sealed record FoundTrace(List<Span> Spans, long InspectedBytes, List<string> Problems);
}
