using System.Buffers;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Query.Encoding;

namespace Rubato.Query.Api;

public sealed partial class QueryApi
{
    /// <summary><c>GET /api/traces/{id}</c> (spec/http-api.md 3.1).</summary>
    private async Task TraceV1Async(QueryCall call)
    {
        var found = await FindTraceAsync(call);
        if (found.Combiner.Count == 0)
        {
            // An answer that lacks a damaged block must not say "no such trace".
            if (found.Problems.Count > 0) throw new ApiException(500, "the trace was not found in what could be read; " + string.Join("; ", found.Problems));
            call.Http.Response.StatusCode = 404;
            return;
        }

        if (found.Combiner.IsCut) throw new ApiException(422, $"trace exceeds max size (max bytes: {call.Limits.MaxBytesPerTrace})");
        var spans = found.Combiner.Combine();
        if (call.Form == AnswerForm.Protobuf)
        {
            await call.AnswerAsync(Accepted.Protobuf, TraceEncoding.V1Protobuf(spans), found.Problems);
            return;
        }

        var json = new ArrayBufferWriter<byte>(4096);
        TraceEncoding.WriteV1Json(spans, json);
        await call.AnswerAsync(Accepted.Json, json.WrittenMemory, found.Problems);
    }

    /// <summary><c>GET /api/v2/traces/{id}</c> (spec/http-api.md 3.2): always 200, with a status where the trace is not whole.</summary>
    private async Task TraceV2Async(QueryCall call)
    {
        var found = await FindTraceAsync(call);
        var spans = found.Combiner.Combine();
        var partial = found.Combiner.IsCut
            ? $"Trace exceeds maximum size of {call.Limits.MaxBytesPerTrace} bytes, a partial trace is returned"
            : found.Problems.Count > 0 ? string.Join("; ", found.Problems) : null;
        var answer = new TraceAnswer((ulong)found.InspectedBytes, partial);
        if (call.Form == AnswerForm.Protobuf)
        {
            await call.AnswerAsync(Accepted.Protobuf, TraceEncoding.V2Protobuf(spans, answer), found.Problems);
            return;
        }

        var json = new ArrayBufferWriter<byte>(4096);
        if (call.Form == AnswerForm.Llm) TraceLlmEncoding.Write(spans, answer.InspectedBytes, json);
        else TraceEncoding.WriteV2Json(spans, answer, json);
        await call.AnswerAsync(call.Form == AnswerForm.Llm ? Accepted.Llm : Accepted.Json, json.WrittenMemory, found.Problems);
    }

    private async Task<FoundTrace> FindTraceAsync(QueryCall call)
    {
        var text = (string)call.Http.Request.RouteValues["id"]!;
        var id = ParseTraceId(text);
        var range = CheckTraceParameters(call);
        var context = new ScanContext(call.CancellationToken);
        using var snapshot = await call.OpenAsync(t => _source.OpenTraceAsync(t, id, range, call.CancellationToken));
        var combiner = new TraceCombiner(call.Limits.MaxBytesPerTrace);
        var problems = new List<string>(snapshot.Problems);
        // All at once: mostly one or two segments have a part of it, and each waits for the storage.
        foreach (var part in snapshot.Segments.Select(segment => ReadPartAsync(segment, id, context)).ToList())
        {
            try
            {
                combiner.Add(await part);
            }
            catch (SegmentDamagedException e)
            {
                problems.Add(e.Message);
            }
        }

        return new FoundTrace(combiner, context.InspectedBytes, problems);
    }

    /// <summary>One read gets the spans and tells whether they are the trace's.</summary>
    private static async Task<IEnumerable<Span>> ReadPartAsync(ISpanSegment segment, TraceId id, ScanContext context)
    {
        var rows = await segment.FindCandidatesAsync([id], context);
        return rows.Count == 0 ? [] : (await segment.ReadSpansAsync(rows, context)).Where(span => span.TraceId == id);
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

    private sealed record FoundTrace(TraceCombiner Combiner, long InspectedBytes, List<string> Problems);
}
