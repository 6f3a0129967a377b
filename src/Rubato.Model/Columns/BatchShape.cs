namespace Rubato.Model.Columns;

/// <summary>How much of everything a batch held, so that the next one can be given arrays that fit. A few bytes a column.</summary>
public sealed class BatchShape
{
    internal int Spans { get; init; }

    internal int Names { get; init; }

    internal int NameBytes { get; init; }

    internal TableShape Resources { get; init; } = TableShape.Unknown;

    internal TableShape Scopes { get; init; } = TableShape.Unknown;

    internal TableShape SpanAttributes { get; init; } = TableShape.Unknown;

    internal TableShape Events { get; init; } = TableShape.Unknown;

    internal TableShape Links { get; init; } = TableShape.Unknown;
}

/// <summary>The attribute columns of one owner. The keys are those of the batch, which does not grow any more.</summary>
internal sealed class TableShape(int rows, StringDictionary keys, ColumnShape[] columns)
{
    public static TableShape Unknown { get; } = new(0, new StringDictionary(4), []);

    public int Rows => rows;

    public ColumnShape Of(ReadOnlySpan<byte> key)
    {
        var code = keys.Find(key);
        return code < 0 ? default : columns[code];
    }
}

/// <summary>The columns of one key.</summary>
/// <param name="Texts">Values of its string column.</param>
/// <param name="Entries">Entries of that column's dictionary.</param>
/// <param name="Bytes">Bytes of that dictionary.</param>
/// <param name="Numbers">Values of its number column.</param>
internal readonly record struct ColumnShape(int Texts, int Entries, int Bytes, int Numbers);
