using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Thrift;

namespace Rubato.Storage.Parquet.Metadata;

/// <summary>BloomFilterHeader of parquet.thrift: the only kind there is (split blocks, XXH64, not compressed) and the bytes of the filter after it.</summary>
internal static class BloomFilterHeader
{
    private const short FilterBytes = 1;
    private const short Algorithm = 2;
    private const short Hash = 3;
    private const short Compression = 4;
    private const short OnlyKind = 1; // Of each of the three unions.

    public static void Write(int filterBytes, PageBuffer output)
    {
        var thrift = new ThriftCompactWriter(output);
        thrift.BeginElement();
        thrift.Int32(FilterBytes, filterBytes);
        for (short union = Algorithm; union <= Compression; union++)
        {
            thrift.BeginStruct(union);
            thrift.EmptyStruct(OnlyKind);
            thrift.EndStruct();
        }
        thrift.EndStruct();
    }

    /// <summary>The filter's own bytes out of header and filter.</summary>
    public static ReadOnlySpan<byte> FilterOf(ReadOnlySpan<byte> source)
    {
        var thrift = new ThriftCompactReader(source, "Bloom filter header");
        int length = -1, known = 0;
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            if (id == FilterBytes)
            {
                length = thrift.Int32();
            }
            else if (id is Algorithm or Hash or Compression && thrift.Type == ThriftType.Struct)
            {
                thrift.Enter();
                while (thrift.Next(out short kind))
                {
                    known += kind == OnlyKind ? 1 : 0;
                    thrift.Skip();
                }
            }
            else
            {
                thrift.Skip();
            }
        }
        if (known != 3)
            throw thrift.Fail("a kind of filter that is not known");
        if (length < BloomFilter.BlockBytes || length % BloomFilter.BlockBytes != 0 || length > source.Length - thrift.Consumed)
            throw thrift.Fail($"a filter of {length} bytes where {source.Length - thrift.Consumed} are left");
        return source.Slice(thrift.Consumed, length);
    }
}
