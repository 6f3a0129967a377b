using Rubato.Client;
using Rubato.Web.Api;
using Rubato.Web.Times;
using Rubato.Web.Traces;

namespace Rubato.Web.Queries;

/// <summary>
/// Names and values of attributes for one open page. Answers are kept for a minute, so that typing asks once; at most <see cref="MostKept"/> of them, and of each at most
/// <see cref="MostNames"/> or <see cref="MostValues"/>.
/// </summary>
internal sealed class AttributeLookup(ServerApi server, TimeProvider clock)
{
    public const int MostNames = 500;
    public const int MostValues = 100;
    private const int MostKept = 64;
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, (DateTimeOffset At, IReadOnlyList<string> Found)> _kept = new(StringComparer.Ordinal);

    /// <summary>With their scope, as TraceQL writes them: <c>span.http.route</c>.</summary>
    public Task<IReadOnlyList<string>> NamesAsync(TimeRange range, CancellationToken cancellationToken) => KeptAsync($"names {range}", async options =>
    {
        var scopes = await server.Client.GetTagNamesAsync(null, options with { Limit = MostNames }, cancellationToken);
        return [.. scopes.Where(s => s.Scope != "intrinsic").SelectMany(s => s.Names.Select(tag => $"{s.Scope}.{AttributeText.Key(tag)}"))];
    }, range);

    /// <summary>As TraceQL writes them: texts are quoted.</summary>
    /// <param name="field">Such as <c>span.http.route</c> or <c>name</c>.</param>
    /// <param name="conditions">Only of spans that these allow; may be half a query.</param>
    public Task<IReadOnlyList<string>> ValuesAsync(string field, string conditions, TimeRange range, CancellationToken cancellationToken) => KeptAsync($"values {range} {field} {conditions}", async options =>
    {
        var values = await server.Client.GetTagValuesAsync(field, conditions.Length == 0 ? null : conditions, options with { Limit = MostValues }, cancellationToken);
        return [.. values.Select(v => v.Type == "string" ? Rubato.TraceQL.Syntax.StaticValue.FromString(v.Value).ToString() : v.Value)];
    }, range);

    private async Task<IReadOnlyList<string>> KeptAsync(string key, Func<SearchOptions, Task<IReadOnlyList<string>>> ask, TimeRange range)
    {
        var now = clock.GetUtcNow();
        key = server.Tenant + " " + key;
        if (_kept.TryGetValue(key, out var kept) && now - kept.At < KeptFor) return kept.Found;
        var (start, end) = range.Resolve(now);
        var found = await ask(new SearchOptions { Start = start, End = end.AddSeconds(1) });
        if (_kept.Count >= MostKept) _kept.Remove(_kept.MinBy(pair => pair.Value.At).Key);
        _kept[key] = (now, found);
        return found;
    }
}
