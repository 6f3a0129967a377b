using Rubato.Model.Spans;

namespace Rubato.TraceQL.Execution.Search;

/// <summary>Traces of one segment in the order of their ids, each with a start that the true one does not exceed.</summary>
internal readonly struct TraceList(TraceId[] ids, ulong[] starts, int count)
{
    public static TraceList Empty { get; } = new([], [], 0);

    public int Count => count;

    public TraceId Id(int index) => ids[index];

    public ulong Start(int index) => starts[index];

    public ReadOnlySpan<TraceId> Ids => ids.AsSpan(0, count);

    public static TraceList Intersect(TraceList a, TraceList b)
    {
        var result = new Builder(Math.Min(a.Count, b.Count));
        for (int i = 0, j = 0; i < a.Count && j < b.Count;)
        {
            var order = a.Id(i).CompareTo(b.Id(j));
            if (order == 0) result.Add(a.Id(i), Math.Min(a.Start(i), b.Start(j)));
            if (order <= 0) i++;
            if (order >= 0) j++;
        }

        return result.ToList();
    }

    public static TraceList Union(TraceList a, TraceList b)
    {
        if (a.Count == 0) return b;
        if (b.Count == 0) return a;
        var result = new Builder(a.Count + b.Count);
        for (int i = 0, j = 0; i < a.Count || j < b.Count;)
        {
            var order = i == a.Count ? 1 : j == b.Count ? -1 : a.Id(i).CompareTo(b.Id(j));
            if (order == 0) result.Add(a.Id(i), Math.Min(a.Start(i++), b.Start(j++)));
            else if (order < 0) result.Add(a.Id(i), a.Start(i++));
            else result.Add(b.Id(j), b.Start(j++));
        }

        return result.ToList();
    }

    /// <summary>Collects traces that come in the order of their ids.</summary>
    public struct Builder(int capacity)
    {
        private TraceId[] _ids = new TraceId[capacity];
        private ulong[] _starts = new ulong[capacity];
        private int _count;

        public void Add(TraceId id, ulong start)
        {
            if (_count == _ids.Length)
            {
                Array.Resize(ref _ids, Math.Max(16, _count * 2));
                Array.Resize(ref _starts, _ids.Length);
            }

            _ids[_count] = id;
            _starts[_count++] = start;
        }

        public readonly TraceList ToList() => new(_ids, _starts, _count);
    }
}
