namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>A span of one trace while the trace is being sorted. Arrival decides where starts are equal, so that the result does not depend on the sort.</summary>
internal readonly record struct TraceRow(ulong Start, int Batch, int Row) : IComparable<TraceRow>
{
    public int CompareTo(TraceRow other)
    {
        var c = Start.CompareTo(other.Start);
        if (c == 0) c = Batch.CompareTo(other.Batch);
        return c != 0 ? c : Row.CompareTo(other.Row);
    }
}
