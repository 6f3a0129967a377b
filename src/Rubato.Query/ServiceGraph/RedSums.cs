using System.Runtime.InteropServices;

namespace Rubato.Query.ServiceGraph;

/// <summary>Groups with their sums, by the numbers of service and name; without operations the name is 0. Used by one thread at a time.</summary>
internal sealed class RedSums(RedQuestion question)
{
    private const string Other = "(other)";

    private readonly Dictionary<(int Service, int Name), RedGroup> _groups = [];

    public GraphTexts Texts { get; } = new();

    public IReadOnlyDictionary<(int Service, int Name), RedGroup> Groups => _groups;

    /// <summary>The group of the two, or the one of all others when there are too many.</summary>
    public RedGroup GroupOf(int service, int name)
    {
        if (_groups.TryGetValue((service, name), out var known)) return known;
        var key = _groups.Count < question.MostGroups ? (service, name) : question.ByOperation ? (service, Texts.NumberOf(Other)) : (Texts.NumberOf(Other), 0);
        ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, key, out _);
        return group ??= new RedGroup(question.Intervals);
    }

    /// <summary>Adds the groups of a part, whose names have other numbers.</summary>
    public void Add(RedSums part)
    {
        foreach (var ((service, name), group) in part._groups) GroupOf(Texts.NumberOf(part.Texts[service]), Texts.NumberOf(part.Texts[name])).Add(group);
    }
}
