using Rubato.Model.Spans;

namespace Rubato.Ingest.Ingester;

/// <summary>
/// What of the WAL is in blocks already. A block names the records that it has spans of and the traces of those records
/// that it left out because they were still receiving. A span is held when some block names its record and does not leave
/// its trace out; so a trace is missing only when every block that names the record left it out.
/// </summary>
public sealed class ReplayFilter
{
    private readonly List<(long First, long Last, HashSet<TraceId> Carried)> _held = [];

    public static ReplayFilter None => new();

    public void AddBlock(IEnumerable<(long First, long Last)> records, IReadOnlyCollection<TraceId> carried)
    {
        var set = carried as HashSet<TraceId> ?? [.. carried];
        foreach (var (first, last) in records) _held.Add((first, last, set));
    }

    public bool IsWhollyHeld(long sequence)
    {
        foreach (var (first, last, carried) in _held)
        {
            if (sequence >= first && sequence <= last && carried.Count == 0) return true;
        }

        return false;
    }

    /// <summary>Null: the whole record is missing. Else tells for a trace whether its spans of the record are missing.</summary>
    public Func<TraceId, bool>? MissingTraces(long sequence)
    {
        List<HashSet<TraceId>>? sets = null;
        foreach (var (first, last, carried) in _held)
        {
            if (sequence >= first && sequence <= last) (sets ??= []).Add(carried);
        }

        return sets is null ? null : trace => sets.TrueForAll(set => set.Contains(trace));
    }
}
