namespace Rubato.Web.Map;

/// <summary>
/// Places for the nodes of a graph: callers left of those they call, in columns; within a column each near its neighbours (barycentres, a fixed number of sweeps). The same
/// graph always gets the same places, however its nodes and edges are ordered. Columns that are too high are split, so that hundreds of services keep the shape of a screen.
/// </summary>
public sealed class MapLayout
{
    public const int NodeWidth = 190;
    public const int NodeHeight = 50;
    private const int ColumnGap = 160;
    private const int SplitGap = 24;
    private const int RowGap = 22;
    private const int Margin = 16;
    private const int Sweeps = 8;
    private const int FewestRows = 10;

    private readonly Dictionary<string, (int X, int Y)> _places = new(StringComparer.Ordinal);

    public MapLayout(IEnumerable<string> nodes, IEnumerable<(string Source, string Target)> edges)
    {
        string[] names = [.. nodes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var number = names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        var targets = Targets(number, edges);
        var layers = Layers(targets);
        Order(layers, targets);
        Place(names, layers);
    }

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>The upper left corner of a node.</summary>
    public (int X, int Y) this[string node] => _places[node];

    private static int[][] Targets(Dictionary<string, int> number, IEnumerable<(string Source, string Target)> edges)
    {
        var targets = new SortedSet<int>[number.Count];
        for (var i = 0; i < targets.Length; i++) targets[i] = [];
        foreach (var (source, target) in edges)
        {
            if (source != target && number.TryGetValue(source, out var from) && number.TryGetValue(target, out var to)) targets[from].Add(to);
        }

        return [.. targets.Select(set => set.ToArray())];
    }

    /// <summary>Each node one column right of its last caller. Calls that close a circle do not count: they point back.</summary>
    private static List<List<int>> Layers(int[][] targets)
    {
        var called = new bool[targets.Length];
        foreach (var target in targets.SelectMany(t => t)) called[target] = true;
        var order = new List<int>(targets.Length);
        var state = new byte[targets.Length];
        var forward = targets.Select(_ => new List<int>()).ToArray();
        // From those that nobody calls first; what is left lies in circles.
        foreach (var root in Enumerable.Range(0, targets.Length).OrderBy(i => called[i])) Visit(root);
        order.Reverse();
        var layer = new int[targets.Length];
        foreach (var node in order)
        {
            foreach (var target in forward[node]) layer[target] = Math.Max(layer[target], layer[node] + 1);
        }

        var layers = new List<List<int>>();
        for (var i = 0; i < layer.Length; i++)
        {
            while (layers.Count <= layer[i]) layers.Add([]);
            layers[layer[i]].Add(i);
        }

        return layers;

        // Depth first without recursion: a chain may be as long as there are services.
        void Visit(int root)
        {
            if (state[root] != 0) return;
            var path = new Stack<(int Node, int Next)>([(root, 0)]);
            state[root] = 1;
            while (path.TryPop(out var at))
            {
                if (at.Next == targets[at.Node].Length)
                {
                    state[at.Node] = 2;
                    order.Add(at.Node);
                    continue;
                }

                path.Push((at.Node, at.Next + 1));
                var target = targets[at.Node][at.Next];
                if (state[target] != 1) forward[at.Node].Add(target);
                if (state[target] != 0) continue;
                state[target] = 1;
                path.Push((target, 0));
            }
        }
    }

    private static void Order(List<List<int>> layers, int[][] targets)
    {
        var neighbours = targets.Select(t => t.ToList()).ToArray();
        for (var i = 0; i < targets.Length; i++)
        {
            foreach (var target in targets[i]) neighbours[target].Add(i);
        }

        // Relative to the height of the column, so that short and high ones compare.
        var place = new double[targets.Length];
        foreach (var layer in layers) Number(layer);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            foreach (var layer in sweep % 2 == 0 ? layers : Enumerable.Reverse(layers))
            {
                var wanted = layer.ToDictionary(i => i, i => neighbours[i].Count == 0 ? place[i] : neighbours[i].Average(n => place[n]));
                layer.Sort((a, b) => wanted[a].CompareTo(wanted[b]) is var byWish and not 0 ? byWish : a.CompareTo(b));
                Number(layer);
            }
        }

        void Number(List<int> layer)
        {
            for (var i = 0; i < layer.Count; i++) place[layer[i]] = (i + 0.5) / layer.Count;
        }
    }

    private void Place(string[] names, List<List<int>> layers)
    {
        var rows = Math.Max(FewestRows, (int)Math.Ceiling(Math.Sqrt(names.Length) * 1.2));
        var tallest = Math.Min(rows, layers.Select(l => l.Count).DefaultIfEmpty(0).Max());
        Height = (2 * Margin) + (tallest * (NodeHeight + RowGap)) - (tallest > 0 ? RowGap : 0);
        var x = Margin;
        foreach (var layer in layers)
        {
            foreach (var column in layer.Chunk(rows))
            {
                var y = (Height - (column.Length * (NodeHeight + RowGap)) + RowGap) / 2;
                foreach (var node in column)
                {
                    _places[names[node]] = (x, y);
                    y += NodeHeight + RowGap;
                }

                x += NodeWidth + SplitGap;
            }

            x += ColumnGap - SplitGap;
        }

        Width = names.Length == 0 ? 2 * Margin : x - ColumnGap + Margin;
    }
}
