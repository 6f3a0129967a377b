using Rubato.TraceQL.Syntax;
using Rubato.Web.Explore;
using Rubato.Web.Queries;
using Rubato.Web.Times;

namespace Rubato.Web.Services;

/// <summary>From numbers of a service to the traces behind them: the spans that RED counts, and no others.</summary>
internal static class ServiceLinks
{
    private const string Answered = "(kind = server || kind = consumer || nestedSetParent < 0)";

    // As the service graph names what sends no spans.
    private static readonly string[] PeerNames = ["peer.service", "db.namespace", "db.name", "db.system"];

    public static string Newest(RedRow row, TimeRange range) => Search(Query(row, null), range, SearchSort.Newest);

    public static string Failed(RedRow row, TimeRange range) => Search(Query(row, "status = error"), range, SearchSort.Newest);

    /// <summary>Those at p95 and above; a duration in whole microseconds, since quantiles are not exact.</summary>
    public static string Slow(RedRow row, TimeRange range) =>
        Search(Query(row, "duration >= " + QueryEdit.Text(TimeSpan.FromMicroseconds(Math.Floor(row.P95 * 0.97 * 1e3)))), range, SearchSort.Longest);

    public static string Explore(RedRow row, TimeRange range) =>
        (ExploreState.Parse(null, "all", null, "name", [.. Conditions(row)], null, null, null, default) with { Range = range }).ToAddress();

    /// <summary>Any span of a service, whether RED counts it or not.</summary>
    public static string Spans(string service, TimeRange range) => Search($"{{ resource.service.name = {Text(service)} }}", range, SearchSort.Newest);

    public static string ExploreSpans(string service, TimeRange range) =>
        (ExploreState.Parse(null, "all", null, "name", ["resource.service.name = " + Text(service)], null, null, null, default) with { Range = range }).ToAddress();

    /// <summary>Calls of one service by another, both of which send spans.</summary>
    public static string Calls(string source, string target, TimeRange range) =>
        Search($"{{ resource.service.name = {Text(source)} }} > {{ resource.service.name = {Text(target)} }}", range, SearchSort.Newest);

    /// <summary>Calls of what sends no spans, a database for one: spans of the caller that name it.</summary>
    public static string CallsOut(string source, string target, TimeRange range)
    {
        var name = Text(target);
        return Search($"{{ resource.service.name = {Text(source)} && ({string.Join(" || ", PeerNames.Select(key => $"span.{key} = {name}"))}) }}", range, SearchSort.Newest);
    }

    /// <summary>Calls from outside: the roots of the one that is called.</summary>
    public static string CallsIn(string target, TimeRange range) => Search($"{{ resource.service.name = {Text(target)} && nestedSetParent < 0 }}", range, SearchSort.Newest);

    private static string Search(string query, TimeRange range, SearchSort sort) => new SearchState(query, range, SearchState.DefaultLimit, sort).ToAddress();

    public static string Query(RedRow row, string? condition) => "{ " + string.Join(" && ", [.. Conditions(row), Answered, .. condition is null ? Array.Empty<string>() : [condition]]) + " }";

    private static IEnumerable<string> Conditions(RedRow row)
    {
        yield return "resource.service.name = " + Text(row.Service);
        if (row.Operation.Length > 0) yield return "name = " + Text(row.Operation);
    }

    private static string Text(string text) => StaticValue.FromString(text).ToString();
}
