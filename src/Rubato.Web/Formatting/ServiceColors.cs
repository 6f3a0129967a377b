namespace Rubato.Web.Formatting;

/// <summary>
/// A colour for each service: the same for a name on every page, unless two names of one page would share it. Colours are the variables <c>--rb-svc-0</c> to
/// <c>--rb-svc-15</c> of rubato.css, which differ between the themes.
/// </summary>
public sealed class ServiceColors
{
    public const int Count = 16;

    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);

    /// <param name="services">The names of one page. Order does not matter.</param>
    public ServiceColors(IEnumerable<string> services)
    {
        var taken = new bool[Count];
        foreach (var name in services.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var slot = HomeOf(name);
            for (var i = 0; i < Count && taken[slot]; i++) slot = (slot + 1) % Count;
            taken[slot] = true;
            _slots[name] = slot;
            if (_slots.Count % Count == 0) Array.Clear(taken);
        }
    }

    /// <summary>0 to 15.</summary>
    public int SlotOf(string service) => _slots.TryGetValue(service, out var slot) ? slot : HomeOf(service);

    /// <summary>For a style: <c>var(--rb-svc-3)</c>.</summary>
    public string Variable(string service) => $"var(--rb-svc-{SlotOf(service)})";

    /// <summary>FNV-1a: the same in every process.</summary>
    private static int HomeOf(string name)
    {
        var hash = 2166136261u;
        foreach (var c in name) hash = (hash ^ c) * 16777619u;
        return (int)((hash ^ (hash >> 16)) % Count);
    }
}
