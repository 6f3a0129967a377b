using System.Text.Json;

namespace Rubato.Web.Queries;

/// <summary>What a <see cref="QueryShelf"/> holds. Every change gives a new one.</summary>
/// <param name="Recent">Latest first, at most <see cref="MostRecent"/>.</param>
/// <param name="Saved">By name, at most <see cref="MostSaved"/>.</param>
public sealed record ShelfContent(IReadOnlyList<string> Recent, IReadOnlyList<SavedQuery> Saved)
{
    public const int MostRecent = 15;
    public const int MostSaved = 100;
    private const int LongestKept = 4_000;
    private const int LongestName = 80;

    public static readonly ShelfContent Empty = new([], []);

    /// <summary>What a browser kept; anything else than that counts as nothing.</summary>
    public static ShelfContent Parse(string? json)
    {
        if (string.IsNullOrEmpty(json)) return Empty;
        try
        {
            var read = JsonSerializer.Deserialize<ShelfContent>(json);
            if (read is not { Recent: not null, Saved: not null }) return Empty;
            return new ShelfContent(
                [.. read.Recent.Where(q => q is { Length: > 0 and <= LongestKept }).Take(MostRecent)],
                [.. read.Saved.Where(s => s is { Name.Length: > 0 and <= LongestName, Query.Length: > 0 and <= LongestKept }).Take(MostSaved)]);
        }
        catch (JsonException)
        {
            return Empty;
        }
    }

    public ShelfContent Used(string query) => query.Length is 0 or > LongestKept || (Recent.Count > 0 && Recent[0] == query)
        ? this
        : this with { Recent = [query, .. Recent.Where(q => q != query).Take(MostRecent - 1)] };

    /// <summary>Under a name that another has, it takes its place.</summary>
    public ShelfContent Save(string name, string query)
    {
        name = name.Trim();
        if (name.Length is 0 or > LongestName || query.Length is 0 or > LongestKept) return this;
        return this with { Saved = [.. Saved.Where(s => s.Name != name).Append(new SavedQuery(name, query)).OrderBy(s => s.Name, StringComparer.OrdinalIgnoreCase).Take(MostSaved)] };
    }

    public ShelfContent Rename(string name, string newName) => Saved.FirstOrDefault(s => s.Name == name) is { } saved && newName.Trim().Length is > 0 and <= LongestName
        ? Delete(name).Save(newName, saved.Query)
        : this;

    public ShelfContent Delete(string name) => this with { Saved = [.. Saved.Where(s => s.Name != name)] };
}
