namespace Rubato.Ingest.Generator;

/// <summary>
/// Bounds the distinct values of each label over all series of a tenant: a value too many becomes <see cref="Overflow"/>, those that are there stay. A value makes room when the last series
/// with it has ended. Used by the generator's loop only, and only for label sets that are new.
/// </summary>
internal sealed class LabelValueLimit(string tenant, int max)
{
    /// <summary>Tempo's text for it.</summary>
    public const string Overflow = "__cardinality_overflow__";

    /// <summary>Of each label its values and how many label sets have them. No larger than the label sets are.</summary>
    private readonly Dictionary<string, Dictionary<string, int>> _uses = new(StringComparer.Ordinal);

    /// <summary>Replaces values for which there is no room; false when there are none.</summary>
    public bool Cap(ReadOnlySpan<string> names, Span<string> values)
    {
        var isCapped = false;
        for (var i = 0; i < names.Length; i++)
        {
            if (values[i].Length == 0 || HasRoom(names[i], values[i])) continue;
            values[i] = Overflow;
            isCapped = true;
            GeneratorMetrics.LabelValuesLimited.WithLabels(tenant, names[i]).Inc();
        }

        return isCapped;
    }

    /// <summary>A label set begins.</summary>
    public void Take(ReadOnlySpan<KeyValuePair<string, string>> labels)
    {
        foreach (var (name, value) in labels)
        {
            if (!_uses.TryGetValue(name, out var values)) _uses.Add(name, values = new(StringComparer.Ordinal));
            values[value] = values.GetValueOrDefault(value) + 1;
        }
    }

    /// <summary>A label set has ended.</summary>
    public void Release(ReadOnlySpan<KeyValuePair<string, string>> labels)
    {
        foreach (var (name, value) in labels)
        {
            var values = _uses[name];
            if (--values[value] == 0) values.Remove(value);
            if (values.Count == 0) _uses.Remove(name);
        }
    }

    // What a sender calls so itself is the same series as what was replaced by it.
    private bool HasRoom(string name, string value) =>
        value == Overflow || !_uses.TryGetValue(name, out var values) || values.Count < max || values.ContainsKey(value);
}
