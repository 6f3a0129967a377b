using System.Numerics;
using System.Runtime.InteropServices;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>Sums for numbered cells: an array where there are few cells, else only those that occur.</summary>
internal sealed class CellTable<T>
    where T : struct, INumber<T>
{
    private const long MaxDense = 4 << 20;

    private readonly T[]? _dense;
    private readonly Dictionary<long, T>? _sparse;

    public CellTable(long cells)
    {
        if (cells <= MaxDense) _dense = new T[cells];
        else _sparse = [];
    }

    /// <summary>Null where only occurring cells are held: then use <see cref="At"/>.</summary>
    public T[]? Dense => _dense;

    public ref T At(long cell)
    {
        if (_dense is not null) return ref _dense[cell];
        return ref CollectionsMarshal.GetValueRefOrAddDefault(_sparse!, cell, out _);
    }

    public T this[long cell] => _dense is not null ? _dense[cell] : _sparse!.GetValueOrDefault(cell);

    /// <summary>The cells that are not zero, in no order.</summary>
    public IEnumerable<long> Occurring()
    {
        if (_sparse is not null)
        {
            foreach (var (cell, value) in _sparse)
            {
                if (value != T.Zero) yield return cell;
            }

            yield break;
        }

        for (var cell = 0; cell < _dense!.Length; cell++)
        {
            if (_dense[cell] != T.Zero) yield return cell;
        }
    }
}
