namespace Rubato.Web.Traces;

/// <summary>
/// Where the time of a trace went, by who called whom: spans of the same operation below the same operations are one box, as wide as their own time and that of what they
/// called. Work side by side counts as often as it was done, so a box can be wider than its spans were long. The box 0 is the trace.
/// </summary>
public sealed class FlameGraph
{
    private readonly List<Box> _boxes = [new("", "", -1, 0)];
    private readonly List<int>[] _children;

    private FlameGraph(TraceView trace)
    {
        var known = new Dictionary<(int Parent, string Service, string Name), int>();
        var boxOf = new int[trace.Count];
        for (var place = 0; place < trace.Count; place++)
        {
            var span = trace.Tree.SpanAt(place);
            var parent = trace.Tree.ParentOf(span) is >= 0 and var above ? boxOf[above] : 0;
            var key = (parent, trace.Service(span), trace.Name(span));
            if (!known.TryGetValue(key, out var index))
            {
                known[key] = index = _boxes.Count;
                _boxes.Add(new Box(key.Item2, key.Item3, parent, _boxes[parent].Depth + 1));
            }

            boxOf[span] = index;
            _boxes[index].Add(trace.SelfTime(span), trace.IsError(span));
        }

        // A box stands behind the one that called it.
        _children = new List<int>[_boxes.Count];
        for (var i = 0; i < _children.Length; i++) _children[i] = [];
        for (var i = _boxes.Count - 1; i > 0; i--)
        {
            _boxes[_boxes[i].Parent].Total += _boxes[i].Total;
            _children[_boxes[i].Parent].Add(i);
        }

        foreach (var children in _children)
        {
            children.Sort((a, b) => _boxes[b].Total != _boxes[a].Total ? _boxes[b].Total.CompareTo(_boxes[a].Total) : a.CompareTo(b));
        }
    }

    public int Count => _boxes.Count;

    public static FlameGraph Of(TraceView trace) => new(trace);

    public Box At(int index) => _boxes[index];

    /// <summary>Ascending depth: the trace, then what was called.</summary>
    public IReadOnlyList<int> PathTo(int index)
    {
        var path = new List<int>();
        for (var at = index; at >= 0; at = _boxes[at].Parent) path.Add(at);
        path.Reverse();
        return path;
    }

    /// <summary>The boxes below one, with shares of its width. What is narrower than anybody could hit is left out.</summary>
    /// <param name="root">The box that is as wide as the drawing.</param>
    /// <param name="most">Boxes at most; those nearer to the root come first.</param>
    public IReadOnlyList<Placed> Below(int root, int most)
    {
        const double narrowest = 0.001;
        var placed = new List<Placed> { new(root, 0, 0, 1) };
        for (var i = 0; i < placed.Count && placed.Count < most; i++)
        {
            var (index, level, left, width) = placed[i];
            var total = Math.Max(1, _boxes[index].Total);
            foreach (var child in _children[index])
            {
                var share = width * _boxes[child].Total / total;
                if (share < narrowest || placed.Count == most) break;
                placed.Add(new Placed(child, level + 1, left, share));
                left += share;
            }
        }

        return placed;
    }

    /// <param name="Index">The box.</param>
    /// <param name="Level">Below the root of the drawing.</param>
    /// <param name="Left">Share of the width.</param>
    /// <param name="Width">Share of the width.</param>
    public readonly record struct Placed(int Index, int Level, double Left, double Width);

    /// <summary>Spans of one operation below the same callers. Times are nanoseconds.</summary>
    public sealed class Box(string service, string name, int parent, int depth)
    {
        public string Service => service;

        public string Name => name;

        /// <summary>The box of the caller, -1 for the trace.</summary>
        public int Parent => parent;

        public int Depth => depth;

        public int Spans { get; private set; }

        public int Errors { get; private set; }

        /// <summary>Without what they called.</summary>
        public long Self { get; private set; }

        /// <summary>With what they called.</summary>
        public long Total { get; internal set; }

        internal void Add(long self, bool isError)
        {
            Spans++;
            if (isError) Errors++;
            Self += self;
            Total += self;
        }
    }
}
