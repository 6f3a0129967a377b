using System.Text;

namespace Rubato.TraceQL.Regex;

/// <summary>
/// Text that every match must contain, pulled out of a pattern. Where <see cref="IsComplete"/>, a text matches exactly
/// when it begins with the prefix, ends with the suffix and holds the substring between them, and no automaton is needed.
/// </summary>
internal sealed record Re2Literals(string? Exact, string Prefix, string Substring, string Suffix, bool IsComplete)
{
    public static Re2Literals Of(RegexNode pattern)
    {
        var parts = new List<RegexNode>();
        Flatten(pattern, parts);
        // The pattern is anchored anyway: ^ at the beginning and $ at the end say nothing.
        while (parts is [RegexNode.Assert { Kind: RegexAssertion.TextStart or RegexAssertion.LineStart }, ..])
            parts.RemoveAt(0);
        while (parts is [.., RegexNode.Assert { Kind: RegexAssertion.TextEnd or RegexAssertion.LineEnd }])
            parts.RemoveAt(parts.Count - 1);

        // Runs of text with gaps between them: run gap run gap run. A gap is open when it is .* and nothing else.
        var runs = new List<string>();
        var open = true;
        var run = new StringBuilder();
        var inGap = false;
        foreach (var part in parts)
        {
            if (part is RegexNode.Chars single && Rune.TryCreate(single.Set.Single, out var rune))
            {
                run.Append(rune.ToString());
                inGap = false;
                continue;
            }

            open &= part is RegexNode.Repeat { Min: 0, Max: < 0, Body: RegexNode.Chars { Set: var set } } && set.Equals(CodePointSet.All);
            if (!inGap)
            {
                runs.Add(run.ToString());
                run.Clear();
            }

            inGap = true;
        }

        runs.Add(run.ToString());
        if (runs.Count == 1)
            return new Re2Literals(runs[0], runs[0], "", "", IsComplete: true);
        var middle = runs.Count > 2 ? runs[1..^1].MaxBy(text => text.Length)! : "";
        return new Re2Literals(null, runs[0], middle, runs[^1], IsComplete: open && runs.Count <= 3);
    }

    private static void Flatten(RegexNode node, List<RegexNode> parts)
    {
        if (node is RegexNode.Concat concat)
            foreach (var part in concat.Parts)
                Flatten(part, parts);
        else if (node is not RegexNode.Empty)
            parts.Add(node);
    }
}
