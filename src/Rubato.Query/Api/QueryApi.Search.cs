using Rubato.Query.Api.Streaming;
using Rubato.Query.Encoding;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Semantics;

namespace Rubato.Query.Api;

public sealed partial class QueryApi
{
    private static readonly HashSet<string> SearchParameters = new(StringComparer.Ordinal)
    {
        "q", "tags", "limit", "start", "end", "since", "minDuration", "maxDuration", "spss", "skip_ast_transformations", "receipt", "stream",
    };

    /// <summary><c>GET /api/search</c> (spec/http-api.md 4).</summary>
    private async Task SearchAsync(QueryCall call)
    {
        var request = SearchRequestOf(call);
        SearchLines? lines = null;
        if (Accepted.AreLinesWanted(call.Http.Request.Headers.Accept, call.Parameters["stream"]))
        {
            lines = new SearchLines(call.Http, _time, call.Limits.LeftPadTraceIds, call.CancellationToken);
            request = request with { Progress = lines };
        }

        using var snapshot = await call.OpenAsync(t => _source.OpenAsync(t, request.Range, call.CancellationToken));
        var result = await SearchExecutor.SearchAsync(snapshot, request, call.CancellationToken);
        if (_options.IsMeasured) QueryMetrics.BytesInspected.WithLabels(call.Tenants[0].Value, "search").Inc(result.Metrics.InspectedBytes);
        var pad = call.Limits.LeftPadTraceIds;
        if (lines is not null)
        {
            call.Note(result.Receipt);
            await lines.FinishAsync(result);
        }
        else if (call.Form == AnswerForm.Protobuf)
            await call.AnswerAsync(Accepted.Protobuf, SearchEncoding.ToProtobuf(result, pad), result.Receipt);
        else
            await call.AnswerAsync(Accepted.Json, SearchEncoding.ToJson(result, pad, call.WantsReceipt), result.Receipt);
    }

    private SearchRequest SearchRequestOf(QueryCall call)
    {
        var p = call.Parameters;
        var q = p["q"];
        var tagsText = p["tags"];
        if (q is not null && tagsText is not null) throw ApiException.BadRequest("invalid request: can't specify tags and q in the same query");

        TraceQL.Syntax.TraceQLQuery? query = null;
        if (!string.IsNullOrWhiteSpace(q))
        {
            CheckQueryLength(q);
            if (!TraceQLCompiler.TryCompile(q, QueryUse.Search, out query, out var error))
                throw ApiException.BadRequest("invalid TraceQL query: " + error.Describe(q));
        }

        var tags = new List<KeyValuePair<string, string>>();
        if (tagsText is not null) tags = LegacyTags.Parse(tagsText);
        else if (q is null && !p.Has("start") && !p.Has("end")) tags.AddRange(p.All.Where(a => !SearchParameters.Contains(a.Key)));

        var (min, max) = (TraceDuration(p, "minDuration"), TraceDuration(p, "maxDuration"));
        if (min is not null && max is not null && max <= min) throw ApiException.BadRequest("invalid maxDuration: must be greater than minDuration");

        var limit = p.PositiveLimit("limit") ?? _options.DefaultResultLimit;
        if (_options.MaxResultLimit > 0 && limit > _options.MaxResultLimit) throw ApiException.BadRequest($"limit {limit} exceeds max limit {_options.MaxResultLimit}");

        var spss = SpansPerSpanset(p);
        var maxDuration = call.Limits.MaxSearchDuration > TimeSpan.Zero ? call.Limits.MaxSearchDuration : _options.MaxSearchDuration;
        return new SearchRequest
        {
            Query = query,
            Tags = tags,
            MinDurationNano = (ulong)(min ?? TimeSpan.Zero).Ticks * 100,
            MaxDurationNano = max is { } m ? (ulong)m.Ticks * 100 : ulong.MaxValue,
            Range = p.SearchRange(_options.DefaultSearchRange, _options.QueryEndCutoff, maxDuration),
            Limit = limit,
            SpansPerSpanset = spss,
            Parallelism = _options.Parallelism,
        };
    }

    private int SpansPerSpanset(QueryParameters p)
    {
        if (p["spss"] is not { } text) return _options.DefaultSpansPerSpanset;
        if (!uint.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var value))
            throw ApiException.BadRequest($"invalid spss: strconv.ParseUint: parsing \"{text}\": invalid syntax");
        if (value == 0) return _options.DefaultSpansPerSpanset;
        return _options.MaxSpansPerSpanset > 0 && value > _options.MaxSpansPerSpanset
            ? throw ApiException.BadRequest($"spans per span set exceeds {_options.MaxSpansPerSpanset}. received {value}")
            : (int)Math.Min(value, int.MaxValue);
    }

    private static TimeSpan? TraceDuration(QueryParameters p, string name)
    {
        if (p[name] is not { } text) return null;
        return GoDuration.TryParse(text, out var duration) && duration >= TimeSpan.Zero
            ? duration
            : throw ApiException.BadRequest($"invalid {name}: time: invalid duration \"{text}\"");
    }
}
