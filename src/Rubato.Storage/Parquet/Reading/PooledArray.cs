using System.Buffers;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>A rented array with an owner: whoever made it, by <c>using</c>.</summary>
internal struct PooledArray<T>(int length) : IDisposable
{
    private T[]? _array = length == 0 ? [] : ArrayPool<T>.Shared.Rent(length);

    public readonly Span<T> Span => _array.AsSpan(0, length);

    public readonly Memory<T> Memory => _array.AsMemory(0, length);

    public void Dispose()
    {
        if (_array is { Length: > 0 } array)
            ArrayPool<T>.Shared.Return(array);
        _array = null;
    }
}
