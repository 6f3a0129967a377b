using System.Text.RegularExpressions;
using Rubato.Model.Columns;

namespace Rubato.Ingest.Generator;

/// <summary>Decides about spans by filter policies; a text that occurs often is looked at once in a slice.</summary>
internal sealed class PolicyFilter(IReadOnlyList<FilterPolicy> policies)
{
    private readonly Dictionary<(string, string), Regex> _patterns = [];

    /// <summary>Of each row whether it passes; null: all do.</summary>
    public bool[]? Passing(SliceTexts texts)
    {
        if (policies.Count == 0) return null;
        var count = texts.Slice.Count;
        var passes = new bool[count];
        var excludes = policies.Where(p => p.Exclude is not null).Select(p => Matches(texts, p.Exclude!)).ToArray();
        var anys = policies.Where(p => p.IncludeAny is not null).Select(p => Matches(texts, p.IncludeAny!)).ToArray();
        var includes = policies.Where(p => p.Include is not null).Select(p => Matches(texts, p.Include!)).ToArray();
        for (var i = 0; i < count; i++)
        {
            var row = i;
            passes[i] = !Array.Exists(excludes, m => m[row])
                && (Array.Exists(anys, m => m[row]) || (includes.Length > 0 ? Array.TrueForAll(includes, m => m[row]) : anys.Length == 0));
        }

        return passes;
    }

    private bool[] Matches(SliceTexts texts, PolicyMatch match)
    {
        var result = new bool[texts.Slice.Count];
        Array.Fill(result, true);
        foreach (var (key, value) in match.Attributes)
        {
            var column = Column(texts, key);
            var known = new Dictionary<int, bool>();
            for (var i = 0; i < result.Length; i++)
            {
                if (!result[i]) continue;
                var number = column?[i] ?? 0;
                if (!known.TryGetValue(number, out var good)) known.Add(number, good = number != 0 && Test(match, value, texts[number]));
                result[i] = good;
            }
        }

        return result;
    }

    private bool Test(PolicyMatch match, string value, string text)
    {
        if (!match.IsRegex) return text == value;
        if (!_patterns.TryGetValue((value, ""), out var regex))
            _patterns.Add((value, ""), regex = new Regex(value, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        return regex.IsMatch(text);
    }

    private static int[]? Column(SliceTexts texts, string key) => key switch
    {
        "kind" => Numbers(texts, SpanColumn.Kind, LabelNames.KindOf),
        "status" => Numbers(texts, SpanColumn.StatusCode, LabelNames.StatusOf),
        "name" => texts.Fixed(SpanColumn.Name),
        _ when key.StartsWith("resource.", StringComparison.Ordinal) => texts.Resource(key["resource.".Length..]),
        _ when key.StartsWith("span.", StringComparison.Ordinal) => texts.Span(key["span.".Length..]),
        // Tempo refuses a key without a scope; guides for it write one all the same.
        _ => texts.ResourceThenSpan(key),
    };

    private static int[] Numbers(SliceTexts texts, SpanColumn column, Func<long, string> name)
    {
        var slice = texts.Slice;
        var rows = texts.Rent();
        var values = ((Int64Vector)slice.Batch[column]!).Values[slice.From..slice.To];
        for (var i = 0; i < values.Length; i++) rows[i] = texts.NumberOf(name(values[i]));
        return rows;
    }
}
