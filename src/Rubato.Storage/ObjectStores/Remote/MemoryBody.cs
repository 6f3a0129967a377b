using System.Runtime.InteropServices;

namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>Bytes in memory as the stream that the libraries want, without a copy where there is an array behind them.</summary>
internal static class MemoryBody
{
    public static MemoryStream Of(ReadOnlyMemory<byte> content) =>
        MemoryMarshal.TryGetArray(content, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(content.ToArray(), writable: false);
}
