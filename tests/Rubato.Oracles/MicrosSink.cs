namespace Rubato.Oracles;

/// <summary>An instant in nanoseconds as DuckDB has it: with a time zone it keeps microseconds.</summary>
internal sealed class MicrosSink(ColumnSink target) : ColumnSink
{
    public override void BeginRow() => target.BeginRow();

    public override void Null() => target.Null();

    public override void Value(ReadOnlySpan<byte> bytes) => throw new InvalidOperationException("an instant is a number");

    // The ends of the range are its infinities.
    public override void Number(long value) => target.Number(value is long.MaxValue or -long.MaxValue ? value : value / 1000);
}
