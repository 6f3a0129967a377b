namespace Rubato.Storage.Blocks.V1.Merging;

/// <summary>Traces of one input that go into one row group of the output; they lie side by side in one row group of the input.</summary>
internal sealed record InputSlice(BlockInput Input, int RowGroup, StoredTraces Traces, int FirstTrace, int EndTrace)
{
    public int FirstRow => Traces.FirstRowOf(FirstTrace);

    public int RowCount => Traces.FirstRowOf(EndTrace) - FirstRow;
}
