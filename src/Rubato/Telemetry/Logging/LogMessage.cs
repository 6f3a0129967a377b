using System.Collections.Concurrent;

namespace Rubato.Telemetry.Logging;

/// <summary>
/// The text of a line without what its fields say anyway: our templates end in <c>key={Key}</c> pairs, which logfmt and json
/// print as fields of their own.
/// </summary>
internal static class LogMessage
{
    // Templates are constants of the program: as many entries as there are log messages.
    private static readonly ConcurrentDictionary<string, string?> Texts = new(StringComparer.Ordinal);

    /// <summary>The constant text of the template, or null when values stand inside the sentence and it must be formatted.</summary>
    public static string? ConstantText<TState>(TState state) =>
        state is IReadOnlyList<KeyValuePair<string, object?>> { Count: > 0 } pairs && pairs[^1] is { Key: "{OriginalFormat}", Value: string template }
            ? Texts.GetOrAdd(template, static t => Cut(t))
            : null;

    internal static string? Cut(string template)
    {
        var brace = template.IndexOf('{', StringComparison.Ordinal);
        if (brace < 0) return template;
        // Back from the first value over "key=" to the blank before it.
        if (brace == 0 || template[brace - 1] != '=') return null;
        var blank = template.LastIndexOf(' ', brace);
        var text = blank <= 0 ? "" : template[..blank];
        foreach (var word in template[(blank + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!word.Contains("={", StringComparison.Ordinal) || !word.EndsWith('}')) return null;
        }

        return text.Length == 0 ? null : text;
    }
}
