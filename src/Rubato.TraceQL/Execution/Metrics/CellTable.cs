using System.Numerics;
using System.Runtime.InteropServices;
using Rubato.TraceQL.Execution.Scan;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>Sums for numbered cells: an array where there are few cells, else only those that occur.</summary>
internal sealed class CellTable<T>
    where T : unmanaged, INumber<T>
{
    private const long MaxDense = 4 << 20;

    private readonly T[]? _dense;
    private readonly int _count;
    private readonly Dictionary<long, T>? _sparse;

    /// <param name="cells">How many there can be.</param>
    /// <param name="scan">The segment whose rows are counted: the table goes with it.</param>
    public CellTable(long cells, SegmentScan? scan = null)
    {
        if (cells > MaxDense)
        {
            _sparse = [];
            return;
        }

        _count = (int)cells;
        _dense = scan is null ? new T[_count] : scan.Rent<T>(_count);
        _dense.AsSpan(0, _count).Clear();
    }

    /// <summary>Perhaps longer than needed. Null where only occurring cells are held: then use <see cref="At"/>.</summary>
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

        for (var cell = 0; cell < _count; cell++)
        {
            if (_dense![cell] != T.Zero) yield return cell;
        }
    }
}
