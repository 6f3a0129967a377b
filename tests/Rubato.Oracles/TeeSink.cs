namespace Rubato.Oracles;

/// <summary>The same column to two sinks.</summary>
internal sealed class TeeSink(ColumnSink first, ColumnSink second) : ColumnSink
{
    public override void BeginRow()
    {
        first.BeginRow();
        second.BeginRow();
    }

    public override void Null()
    {
        first.Null();
        second.Null();
    }

    public override void Value(ReadOnlySpan<byte> bytes)
    {
        first.Value(bytes);
        second.Value(bytes);
    }

    public override void Number(long value)
    {
        first.Number(value);
        second.Number(value);
    }
}
