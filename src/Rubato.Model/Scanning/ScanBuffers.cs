using System.Buffers;

namespace Rubato.Model.Scanning;

/// <summary>
/// The large arrays of a query while it looks at one segment: columns of a row group take megabytes, and fresh ones cost more than decoding into them (the
/// system hands out zeroed pages, the collector runs). Given back together by <see cref="Return"/>; what was read with them is gone then. Whoever fails
/// forgets them instead: another thread may still be writing.
/// </summary>
public sealed class ScanBuffers
{
    // Below this the collector does as well.
    private const int MinLength = 4096;

    // A query that reads a hundred columns of a segment must not keep as many pooled for the next one.
    private const long MaxBytes = 64L << 20;

    private readonly Lock _lock = new();
    private readonly List<Array> _rented = [];
    private long _bytes;

    /// <summary>At least as long as asked for, with anything in it.</summary>
    public T[] Rent<T>(int length)
        where T : unmanaged
    {
        if (length < MinLength) return new T[length];
        lock (_lock)
        {
            if (_bytes > MaxBytes) return GC.AllocateUninitializedArray<T>(length);
            var array = ArrayPool<T>.Shared.Rent(length);
            _bytes += (long)array.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
            _rented.Add(array);
            return array;
        }
    }

    /// <summary>Nothing that was read with these buffers is used any more.</summary>
    public void Return()
    {
        lock (_lock)
        {
            foreach (var array in _rented) Return(array);
            _rented.Clear();
            _bytes = 0;
        }
    }

    private static void Return(Array array)
    {
        switch (array)
        {
            // The runtime takes int[] for uint[] and the like: only the exact types go back.
            case long[] longs when array.GetType() == typeof(long[]):
                ArrayPool<long>.Shared.Return(longs);
                break;
            case int[] ints when array.GetType() == typeof(int[]):
                ArrayPool<int>.Shared.Return(ints);
                break;
            case double[] doubles:
                ArrayPool<double>.Shared.Return(doubles);
                break;
            case bool[] bools:
                ArrayPool<bool>.Shared.Return(bools);
                break;
            case byte[] bytes when array.GetType() == typeof(byte[]):
                ArrayPool<byte>.Shared.Return(bytes);
                break;
        }
    }
}
