using Rubato.Model.Columns;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>Gives the i-th present value of a piece. Structs, so that the JIT makes a loop for each type.</summary>
internal interface IValueSource<out T>
{
    T Get(int index);
}

internal readonly struct Int64Source(Int64Vector vector) : IValueSource<long>
{
    public long Get(int index) => vector.Values[index];
}

internal readonly struct DoubleSource(DoubleVector vector) : IValueSource<double>
{
    public double Get(int index) => vector.Values[index];
}

internal readonly struct BoolSource(BoolVector vector) : IValueSource<byte>
{
    public byte Get(int index) => vector.Values[index] ? (byte)1 : (byte)0;
}

/// <summary>Codes of a batch's dictionary as codes of the row group's: each entry is hashed when the first row with it comes by.</summary>
internal readonly struct CodeSource : IValueSource<int>
{
    private readonly StringVector _vector;
    private readonly StringDictionary _merged;
    private readonly int[] _map;

    public CodeSource(StringVector vector, StringDictionary merged)
    {
        _vector = vector;
        _merged = merged;
        _map = new int[vector.Dictionary.Count];
        _map.AsSpan().Fill(-1);
    }

    public int Get(int index)
    {
        var own = _vector.Codes[index];
        var code = _map[own];
        return code >= 0 ? code : _map[own] = _merged.GetOrAdd(_vector.Dictionary[own]);
    }
}

/// <summary>Where a string lies: piece and code; for columns whose values are not worth comparing.</summary>
internal readonly struct PlaceSource(StringVector vector, int piece) : IValueSource<long>
{
    public long Get(int index) => ((long)piece << 32) | (uint)vector.Codes[index];
}
