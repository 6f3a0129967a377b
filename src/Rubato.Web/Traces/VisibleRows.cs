namespace Rubato.Web.Traces;

/// <summary>The places of the waterfall that are shown: what is folded, and what a filter leaves out, is not. Of one open page.</summary>
public sealed class VisibleRows(TraceTree tree)
{
    private readonly HashSet<int> _folded = [];
    private Func<int, bool>? _filter;

    /// <summary>Ascending places.</summary>
    public List<int> Places { get; private set; } = [.. Enumerable.Range(0, tree.Count)];

    public bool IsFolded(int place) => _folded.Contains(place);

    public void Fold(int place, bool isFolded)
    {
        if (isFolded) _folded.Add(place);
        else _folded.Remove(place);
        Lay();
    }

    public void FoldAll(bool isFolded)
    {
        _folded.Clear();
        if (isFolded) _folded.UnionWith(Enumerable.Range(0, tree.Count).Where(tree.HasChildren));
        Lay();
    }

    /// <summary>One level less, or one more: of all that is open, the deepest level that has children folds; of all that is folded, the highest opens.</summary>
    public void FoldLevel(bool isFolded)
    {
        var parents = Places.Where(tree.HasChildren).ToList();
        if (isFolded)
        {
            var open = parents.Where(p => !_folded.Contains(p)).ToList();
            if (open.Count == 0) return;
            var deepest = open.Max(tree.DepthOf);
            _folded.UnionWith(open.Where(p => tree.DepthOf(p) == deepest));
        }
        else
        {
            var folded = parents.Where(_folded.Contains).ToList();
            if (folded.Count == 0) return;
            var highest = folded.Min(tree.DepthOf);
            _folded.ExceptWith(folded.Where(p => tree.DepthOf(p) == highest));
        }

        Lay();
    }

    /// <summary>The spans of which <paramref name="isMeant"/> says so, where they have children.</summary>
    public void FoldWhere(Func<int, bool> isMeant, bool isFolded)
    {
        var meant = Enumerable.Range(0, tree.Count).Where(place => tree.HasChildren(place) && isMeant(tree.SpanAt(place)));
        if (isFolded) _folded.UnionWith(meant);
        else _folded.ExceptWith(meant);
        Lay();
    }

    /// <summary>Opens what hides a place.</summary>
    public void Show(int place)
    {
        _folded.RemoveWhere(p => p < place && place < tree.EndOf(p));
        Lay();
    }

    /// <param name="filter">Of spans; null: all.</param>
    public void Filter(Func<int, bool>? filter)
    {
        _filter = filter;
        Lay();
    }

    private void Lay()
    {
        var places = new List<int>(tree.Count);
        for (var place = 0; place < tree.Count; place = _folded.Contains(place) ? tree.EndOf(place) : place + 1)
        {
            if (_filter is null || _filter(tree.SpanAt(place))) places.Add(place);
        }

        Places = places;
    }
}
