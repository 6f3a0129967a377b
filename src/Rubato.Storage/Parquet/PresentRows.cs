namespace Rubato.Storage.Parquet;

/// <summary>
/// The rows that have a value: all of them (the default) or those at strictly ascending positions.
/// A type of its own because an empty span must mean "no row", not "every row".
/// </summary>
internal readonly ref struct PresentRows
{
    private PresentRows(ReadOnlySpan<int> positions)
    {
        Positions = positions;
        AreListed = true;
    }

    public static PresentRows All => default;

    /// <summary>False: every row is present and <see cref="Positions"/> is empty.</summary>
    public bool AreListed { get; }

    public ReadOnlySpan<int> Positions { get; }

    public static PresentRows At(ReadOnlySpan<int> positions) => new(positions);

    public static implicit operator PresentRows(ReadOnlySpan<int> positions) => new(positions);

    public static implicit operator PresentRows(int[] positions) => new(positions);
}
