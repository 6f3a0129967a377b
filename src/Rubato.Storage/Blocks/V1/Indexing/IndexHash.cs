using System.IO.Hashing;
using Rubato.Model.Spans;

namespace Rubato.Storage.Blocks.V1.Indexing;

/// <summary>The hash of index.bin: XXH3 with 64 bits and seed 0, over a string's bytes or a trace id's 16.</summary>
internal static class IndexHash
{
    public static ulong Of(ReadOnlySpan<byte> value) => XxHash3.HashToUInt64(value);

    public static ulong Of(TraceId id)
    {
        Span<byte> bytes = stackalloc byte[TraceId.Size];
        id.Write(bytes);
        return XxHash3.HashToUInt64(bytes);
    }
}
