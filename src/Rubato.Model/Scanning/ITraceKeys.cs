namespace Rubato.Model.Scanning;

/// <summary>
/// The traces of a segment by the leading bits of their ids, ascending: enough to tell them from each other, and at hand without reading ids. Two segments
/// that share a trace share its key; the reverse holds but for chance.
/// </summary>
public interface ITraceKeys
{
    int Count { get; }

    /// <summary>Leading bits that a key has; the others are zero.</summary>
    int Bits { get; }

    /// <summary>Keys from <paramref name="from"/> up to and without <paramref name="to"/>; null for no end.</summary>
    UInt128[] Between(UInt128 from, UInt128? to);

    /// <summary>The rows of the trace at a place among all keys.</summary>
    RowSet RowsOf(int place);
}
