namespace Rubato.Model.Columns;

/// <summary>Which record of the write-ahead log each row came from, as runs: a record fills neighbouring rows.</summary>
internal sealed class WalRuns
{
    private int[] _firstRows = new int[64];
    private long[] _sequences = new long[64];

    public int Count { get; private set; }

    public void Begin(int row, long sequence)
    {
        if (Count > 0 && _sequences[Count - 1] == sequence) return;
        if (Count > 0 && _firstRows[Count - 1] == row)
        {
            // The previous record left no rows. Snapshots only look at runs that begin before their row count.
            _sequences[Count - 1] = sequence;
            return;
        }

        if (Count == _firstRows.Length)
        {
            Array.Resize(ref _firstRows, Count * 2);
            Array.Resize(ref _sequences, Count * 2);
        }

        _firstRows[Count] = row;
        _sequences[Count] = sequence;
        Count++;
    }

    public (int[] FirstRows, long[] Sequences, int Count) Snapshot() => (_firstRows, _sequences, Count);
}
