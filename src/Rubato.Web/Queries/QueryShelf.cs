using System.Text.Json;
using Rubato.Web.Browser;

namespace Rubato.Web.Queries;

/// <summary>A query that somebody gave a name.</summary>
public sealed record SavedQuery(string Name, string Query);

/// <summary>Queries that this browser keeps: the latest ones, and those that were given a name. Never sent anywhere.</summary>
public sealed class QueryShelf(BrowserInfo browser)
{
    private const string Key = "queries";
    private ShelfContent? _content;

    public async Task<ShelfContent> ReadAsync() => _content ??= ShelfContent.Parse(await browser.RecallAsync(Key));

    public async Task WriteAsync(ShelfContent content)
    {
        if (content == _content) return;
        _content = content;
        await browser.RememberAsync(Key, JsonSerializer.Serialize(content));
    }
}
