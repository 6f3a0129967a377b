using Rubato.Model.Columns;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>Gathers whole columns; its buffers serve one column after the other, so a result is good until the next call.</summary>
internal sealed class ColumnGather
{
    private readonly Gather<long> _longs = new();
    private readonly Gather<double> _doubles = new();
    private readonly Gather<byte> _bools = new();
    private readonly Gather<int> _codes = new();
    private readonly Gather<long> _longSlots = new();
    private readonly Gather<double> _doubleSlots = new();
    private readonly Gather<byte> _boolSlots = new();
    private readonly Gather<int> _codeSlots = new();
    private byte[] _pool = [];
    private int[] _offsets = [];

    public Gather<long> Longs(ColumnPieces pieces, TableRows rows)
    {
        var target = Begin(rows, pieces, _longs, _longSlots);
        foreach (var piece in pieces.Pieces) rows.Drop(piece, new Int64Source((Int64Vector)piece.Values), target);
        return Complete(rows, target, _longs);
    }

    public Gather<double> Doubles(ColumnPieces pieces, TableRows rows)
    {
        var target = Begin(rows, pieces, _doubles, _doubleSlots);
        foreach (var piece in pieces.Pieces) rows.Drop(piece, new DoubleSource((DoubleVector)piece.Values), target);
        return Complete(rows, target, _doubles);
    }

    public Gather<byte> Bools(ColumnPieces pieces, TableRows rows)
    {
        var target = Begin(rows, pieces, _bools, _boolSlots);
        foreach (var piece in pieces.Pieces) rows.Drop(piece, new BoolSource((BoolVector)piece.Values), target);
        return Complete(rows, target, _bools);
    }

    /// <summary>Codes into the given dictionary, which gets every string that occurs.</summary>
    public Gather<int> Codes(ColumnPieces pieces, TableRows rows, StringDictionary dictionary)
    {
        var target = Begin(rows, pieces, _codes, _codeSlots);
        foreach (var piece in pieces.Pieces) rows.Drop(piece, new CodeSource((StringVector)piece.Values, dictionary), target);
        return Complete(rows, target, _codes);
    }

    /// <summary>As <see cref="Codes"/>, by slot of the small table instead of spread over the spans.</summary>
    public Gather<int> SlotCodes(ColumnPieces pieces, SpreadRows rows, StringDictionary dictionary)
    {
        var target = Begin(rows, pieces, _codes, _codeSlots);
        foreach (var piece in pieces.Pieces) rows.Drop(piece, new CodeSource((StringVector)piece.Values, dictionary), target);
        return target;
    }

    /// <summary>The strings themselves, one for each row that has one.</summary>
    public GatheredStrings Strings(ColumnPieces pieces, TableRows rows)
    {
        var places = Begin(rows, pieces, _longs, _longSlots);
        for (var p = 0; p < pieces.Pieces.Count; p++)
            rows.Drop(pieces.Pieces[p], new PlaceSource((StringVector)pieces.Pieces[p].Values, p), places);
        places = Complete(rows, places, _longs);

        var dictionaries = new DictionaryView[pieces.Pieces.Count];
        for (var p = 0; p < dictionaries.Length; p++) dictionaries[p] = ((StringVector)pieces.Pieces[p].Values).Dictionary;
        var values = places.Values;
        if (_offsets.Length <= values.Length) _offsets = new int[values.Length + 1];
        long bytes = 0;
        foreach (var place in values) bytes += dictionaries[(int)(place >> 32)][(int)place].Length;
        if (_pool.Length < bytes) _pool = new byte[checked((int)Math.Max(bytes, Math.Min(_pool.Length * 2L, Array.MaxLength)))];
        var end = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var value = dictionaries[(int)(values[i] >> 32)][(int)values[i]];
            value.CopyTo(_pool.AsSpan(end));
            _offsets[i + 1] = end += value.Length;
        }

        return new GatheredStrings(values.Length, new ByteStrings(_pool.AsSpan(0, end), _offsets.AsSpan(0, values.Length + 1)), places.Rows);
    }

    private static Gather<T> Begin<T>(TableRows rows, ColumnPieces pieces, Gather<T> direct, Gather<T> slots)
        where T : unmanaged
    {
        if (rows is SpreadRows spread)
        {
            slots.Begin(spread.SlotCount);
            return slots;
        }

        direct.Begin(rows.Count, rows.AreFilledBy(pieces));
        return direct;
    }

    private static Gather<T> Complete<T>(TableRows rows, Gather<T> filled, Gather<T> direct)
        where T : unmanaged
    {
        if (rows is SpreadRows spread) spread.Spread(filled, direct);

        direct.Complete();
        return direct;
    }
}

/// <summary>Strings and the rows they stand in; views into the gatherer's buffers.</summary>
internal readonly ref struct GatheredStrings(int count, ByteStrings values, PresentRows rows)
{
    public int Count { get; } = count;

    public ByteStrings Values { get; } = values;

    public PresentRows Rows { get; } = rows;
}
