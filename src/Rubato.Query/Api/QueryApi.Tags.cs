using Microsoft.AspNetCore.Http.Features;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Query.Encoding;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;

namespace Rubato.Query.Api;

public sealed partial class QueryApi
{
    // spec/http-api.md 5.2
    private static readonly string[] IntrinsicNames =
    [
        "duration", "event:name", "event:timeSinceStart", "instrumentation:name", "instrumentation:version", "kind", "link:spanID", "link:traceID",
        "name", "rootName", "rootServiceName", "span:duration", "span:id", "span:kind", "span:name", "span:parentID", "span:status",
        "span:statusMessage", "status", "statusMessage", "trace:duration", "trace:id", "trace:rootName", "trace:rootService", "traceDuration",
    ];

    private async Task TagNamesV1Async(QueryCall call)
    {
        var (names, result) = await NamesV1Async(call);
        if (call.Form == AnswerForm.Protobuf)
            await call.AnswerAsync(Accepted.Protobuf, TagEncoding.NamesV1Protobuf(names, result.InspectedBytes), result.Receipt);
        else
            await call.AnswerAsync(Accepted.Json, TagEncoding.NamesV1Json(names, result.InspectedBytes), result.Receipt);
    }

    private async Task<(IEnumerable<string> Names, TagNamesResult Result)> NamesV1Async(QueryCall call)
    {
        var (owner, withNames, _) = Scope(call.Parameters["scope"]);
        if (call.Parameters["scope"] == "intrinsic") return (IntrinsicNames, NoNames);
        var result = withNames ? await ReadNamesAsync(call, owner, TagFilter.None) : NoNames;
        IEnumerable<string> names = result.Names.SelectMany(n => n.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return (call.Parameters.LenientNumber("limit") is > 0 and var limit ? names.Take(limit) : names, result);
    }

    private async Task TagNamesV2Async(QueryCall call)
    {
        var (scopes, result) = await NamesV2Async(call);
        if (call.Form == AnswerForm.Protobuf)
            await call.AnswerAsync(Accepted.Protobuf, TagEncoding.NamesV2Protobuf(scopes, result.InspectedBytes), result.Receipt);
        else
            await call.AnswerAsync(Accepted.Json, TagEncoding.NamesV2Json(scopes, result.InspectedBytes), result.Receipt);
    }

    private async Task<(IReadOnlyList<(string Scope, IReadOnlyList<string> Names)> Scopes, TagNamesResult Result)> NamesV2Async(QueryCall call)
    {
        var (owner, withNames, withIntrinsics) = Scope(call.Parameters["scope"]);
        var result = withNames ? await ReadNamesAsync(call, owner, FilterOf(call)) : NoNames;
        var scopes = new List<(string, IReadOnlyList<string>)>();
        foreach (var (o, names) in result.Names.OrderBy(n => n.Key))
        {
            if (names.Count > 0) scopes.Add((o == AttributeOwner.Scope ? "instrumentation" : o.ToString().ToLowerInvariant(), names));
        }

        if (withIntrinsics) scopes.Add(("intrinsic", IntrinsicNames));
        return (scopes, result);
    }

    private async Task TagValuesV1Async(QueryCall call)
    {
        var name = TagNameOf(call);
        var result = await ReadValuesAsync(call, new TagValuesRequest { LegacyTag = name });
        if (call.Form == AnswerForm.Protobuf) await call.AnswerAsync(Accepted.Protobuf, TagEncoding.ValuesV1Protobuf(result), result.Receipt);
        else await call.AnswerAsync(Accepted.Json, TagEncoding.ValuesV1Json(result), result.Receipt);
    }

    private async Task TagValuesV2Async(QueryCall call)
    {
        var result = await ValuesV2Async(call, TagNameOf(call));
        switch (call.Form)
        {
            case AnswerForm.Protobuf:
                await call.AnswerAsync(Accepted.Protobuf, TagEncoding.ValuesV2Protobuf(result), result.Receipt);
                break;
            case AnswerForm.Llm:
                await call.AnswerAsync(Accepted.Llm, TagEncoding.ValuesV2Llm(result), result.Receipt);
                break;
            default:
                await call.AnswerAsync(Accepted.Json, TagEncoding.ValuesV2Json(result), result.Receipt);
                break;
        }
    }

    private Task<TagValuesResult> ValuesV2Async(QueryCall call, string name) => TraceQLParser.TryParseField(name, out var field, out var error)
        ? ReadValuesAsync(call, new TagValuesRequest { Field = field, Filter = FilterOf(call) })
        : throw ApiException.BadRequest("please provide a valid tagName: " + error);

    private static TagNamesResult NoNames => new(new Dictionary<AttributeOwner, IReadOnlyList<string>>(), 0, []);

    private static (AttributeOwner? Owner, bool Names, bool Intrinsics) Scope(string? scope) => scope switch
    {
        null or "none" => (null, true, true),
        "span" => (AttributeOwner.Span, true, false),
        "resource" => (AttributeOwner.Resource, true, false),
        "event" => (AttributeOwner.Event, true, false),
        "link" => (AttributeOwner.Link, true, false),
        "instrumentation" => (AttributeOwner.Scope, true, false),
        "trace" => (null, false, false),
        "intrinsic" => (null, false, true),
        _ => throw ApiException.BadRequest($"invalid scope: {scope}"),
    };

    /// <summary>
    /// The name between <c>/tag/</c> and <c>/values</c>. Taken from the raw target, because a name may contain a slash, plain or
    /// percent-encoded, and the decoded path keeps only some of that apart.
    /// </summary>
    private static string TagNameOf(QueryCall call)
    {
        var target = call.Http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var path = target.AsSpan(0, target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? at : target.Length);
        const string begin = "/api/search/tag/", beginV2 = "/api/v2/search/tag/", end = "/values";
        var start = path.IndexOf(begin) is >= 0 and var v1 ? v1 + begin.Length : path.IndexOf(beginV2) is >= 0 and var v2 ? v2 + beginV2.Length : -1;
        if (start < 0 || !path[start..].EndsWith(end)) throw new ApiException(404, "404 page not found") { TrailingNewline = true };
        var name = Uri.UnescapeDataString(path[start..^end.Length].ToString());
        return name.Length > 0 ? name : throw ApiException.BadRequest("please provide a non-empty tagName");
    }

    private TagFilter FilterOf(QueryCall call)
    {
        if (call.Parameters["q"] is not { } q) return TagFilter.None;
        CheckQueryLength(q);
        var filter = AutocompleteFilter.Extract(q, call.Limits.MaxConditionGroupsPerTagQuery);
        if (filter.Outcome == AutocompleteOutcome.TooManyGroups)
        {
            var most = call.Limits.MaxConditionGroupsPerTagQuery is > 0 and <= AutocompleteFilter.MostGroups and var own ? own : AutocompleteFilter.MostGroups;
            throw ApiException.BadRequest(
                $"the filter expands to more than {most} groups of conditions; use fewer alternatives (||)");
        }

        return filter.Outcome == AutocompleteOutcome.Filter ? new TagFilter(filter.Groups) : TagFilter.None;
    }

    private async Task<TagNamesResult> ReadNamesAsync(QueryCall call, AttributeOwner? owner, TagFilter filter)
    {
        var range = call.Parameters.FlexibleRange(_options.DefaultSearchRange, _options.QueryEndCutoff);
        using var snapshot = await call.OpenAsync(t => _source.OpenAsync(t, range, call.CancellationToken));
        return await TagNamesExecutor.ReadAsync(snapshot, new TagNamesRequest
        {
            Owner = owner,
            Filter = filter,
            Range = range,
            Limit = call.Parameters.LenientNumber("limit"),
            Parallelism = _options.Parallelism,
        }, call.CancellationToken);
    }

    private async Task<TagValuesResult> ReadValuesAsync(QueryCall call, TagValuesRequest request)
    {
        var range = call.Parameters.FlexibleRange(_options.DefaultSearchRange, _options.QueryEndCutoff);
        using var snapshot = await call.OpenAsync(t => _source.OpenAsync(t, range, call.CancellationToken));
        return await TagValuesExecutor.ReadAsync(snapshot, request with
        {
            Range = range,
            Limit = call.Parameters.LenientNumber("limit"),
            MaxBytes = call.Limits.MaxBytesPerTagValuesQuery,
            MaxBlocks = call.Limits.MaxBlocksPerTagValuesQuery,
            Parallelism = _options.Parallelism,
        }, call.CancellationToken);
    }
}
