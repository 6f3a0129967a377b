namespace Rubato.Storage.Parquet;

/// <summary>
/// The file is damaged, or uses a part of Parquet outside our subset. The message says which column, at which
/// file offset, and what was found. Never thrown for a failing disk: that stays an <see cref="IOException"/>.
/// </summary>
internal sealed class ParquetFormatException(string message, Exception? inner = null) : Exception(message, inner)
{
    public string? Column { get; init; }

    /// <summary>File offset of the page or structure concerned; -1 when unknown.</summary>
    public long Offset { get; init; } = -1;

    /// <summary>The same trouble, with the row group named.</summary>
    public ParquetFormatException In(int rowGroup)
        => new($"Row group {rowGroup}: {Message}", InnerException ?? this) { Column = Column, Offset = Offset };
}
