using Rubato.Client;
using Rubato.Web.Times;

namespace Rubato.Web.Queries;

/// <summary>What can be typed at a place: the language's words, and names and values of the data. Without the server the language alone is offered.</summary>
internal sealed class Completions(AttributeLookup lookup)
{
    public const int MostShown = 30;

    public async Task<IReadOnlyList<Completion>> ForAsync(CompletionContext context, TimeRange range, CancellationToken cancellationToken)
    {
        var all = new List<Completion>(LanguageCompletions.For(context));
        try
        {
            if (context.Kind == CompletionKind.Field)
                all.AddRange((await lookup.NamesAsync(range, cancellationToken)).Select(name => new Completion(name + " ", "attribute")));
            else if (context.Kind == CompletionKind.Value && all.Count == 0)
                all.AddRange((await lookup.ValuesAsync(context.Field, context.Conditions, range, cancellationToken)).Select(value => new Completion(value + " ", "value")));
        }
        catch (Exception e) when (e is RubatoClientException or HttpRequestException or TimeoutException)
        {
            // Only a help: the search itself says what is wrong.
        }

        return Matching(all, context.Typed);
    }

    /// <summary>Those that begin with what was typed, then those that have a part that does, then those that contain it.</summary>
    public static IReadOnlyList<Completion> Matching(IEnumerable<Completion> all, string typed) =>
    [
        .. all.Select(c => (Completion: c, Rank: Rank(c.Label.TrimStart('"', '`'), typed))).Where(c => c.Rank < 3 && c.Completion.Label.Trim('"') != typed).OrderBy(c => c.Rank)
            .Select(c => c.Completion).DistinctBy(c => c.Text).Take(MostShown),
    ];

    private static int Rank(string label, string typed)
    {
        var at = label.IndexOf(typed, StringComparison.OrdinalIgnoreCase);
        return at switch { 0 => 0, < 0 => 3, _ => label[at - 1] is '.' or '_' or '/' or '-' or ' ' or ':' ? 1 : 2 };
    }
}
