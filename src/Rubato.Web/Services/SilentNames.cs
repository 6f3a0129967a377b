namespace Rubato.Web.Services;

/// <summary>Services that sent spans and answer nobody: RED has no row for them, and they must not look absent.</summary>
public static class SilentNames
{
    /// <param name="names">Every service with a span.</param>
    /// <param name="rows">Those that RED counts.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> names, IEnumerable<RedRow> rows, ServicesState state)
    {
        var counted = rows.Select(row => row.Service).ToHashSet(StringComparer.Ordinal);
        var silent = names.Where(name => name.Length > 0 && !counted.Contains(name));
        return [.. (state.Service.Length > 0 ? silent.Where(name => name == state.Service) : silent.Where(name => name.Contains(state.Filter, StringComparison.OrdinalIgnoreCase))).Order(StringComparer.OrdinalIgnoreCase)];
    }
}
