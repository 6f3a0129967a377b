namespace Rubato.TraceQL.Explain;

/// <summary>What was read of one column, or of several in one step.</summary>
/// <param name="Name">As in TraceQL for attributes; the columns that were read together.</param>
/// <param name="Reads">How often.</param>
/// <param name="Rows">Rows whose values were wanted.</param>
/// <param name="Bytes">Bytes read; of recent data those looked at.</param>
/// <param name="Milliseconds">Time until the values were there, decoding included.</param>
public readonly record struct ColumnReading(string Name, int Reads, long Rows, long Bytes, double Milliseconds)
{
    public static ColumnReading operator +(ColumnReading a, ColumnReading b) =>
        new(a.Name ?? b.Name, a.Reads + b.Reads, a.Rows + b.Rows, a.Bytes + b.Bytes, a.Milliseconds + b.Milliseconds);
}
