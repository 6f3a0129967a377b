using System.Buffers.Binary;
using Rubato.Storage.Parquet.Metadata;
using Rubato.Storage.Parquet.Reading;

namespace Rubato.Storage.Parquet;

internal sealed partial class ParquetFileReader
{
    private const int TrailerBytes = 8; // Footer length and "PAR1".

    public static async ValueTask<ParquetFileReader> OpenAsync(
        IRandomAccessSource source, ParquetReaderOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= ParquetReaderOptions.Default;
        int tailBytes = TailBytes(source, options);
        using var tail = new PooledArray<byte>(tailBytes);
        await source.ReadAsync(source.Length - tailBytes, tail.Memory, cancellationToken);
        int footerBytes = FooterBytes(tail.Span, source, options);
        if (footerBytes + TrailerBytes <= tailBytes)
        {
            ParquetFileReader reader = Parse(tail.Span[^(footerBytes + TrailerBytes)..^TrailerBytes], source, options);
            if (!source.CanReadSynchronously)
                reader.TakePlaces(source.Length - tailBytes, tail.Span);
            return reader;
        }

        using var footer = new PooledArray<byte>(footerBytes);
        await source.ReadAsync(source.Length - TrailerBytes - footerBytes, footer.Memory, cancellationToken);
        return Parse(footer.Span, source, options);
    }

    public static ParquetFileReader Open(IRandomAccessSource source, ParquetReaderOptions? options = null)
    {
        options ??= ParquetReaderOptions.Default;
        int tailBytes = TailBytes(source, options);
        using var tail = new PooledArray<byte>(tailBytes);
        source.Read(source.Length - tailBytes, tail.Span);
        int footerBytes = FooterBytes(tail.Span, source, options);
        if (footerBytes + TrailerBytes <= tailBytes)
            return Parse(tail.Span[^(footerBytes + TrailerBytes)..^TrailerBytes], source, options);

        using var footer = new PooledArray<byte>(footerBytes);
        source.Read(source.Length - TrailerBytes - footerBytes, footer.Span);
        return Parse(footer.Span, source, options);
    }

    private static int TailBytes(IRandomAccessSource source, ParquetReaderOptions options)
        => source.Length >= 4 + TrailerBytes ? (int)Math.Min(source.Length, Math.Max(TrailerBytes, options.TailReadBytes))
            : throw new ParquetFormatException($"Not a Parquet file: {source.Length} bytes are too few for one.");

    private static int FooterBytes(ReadOnlySpan<byte> tail, IRandomAccessSource source, ParquetReaderOptions options)
    {
        ReadOnlySpan<byte> magic = tail[^4..];
        if (magic.SequenceEqual("PARE"u8))
            throw new ParquetFormatException("The Parquet file is encrypted, which is not supported.");
        if (!magic.SequenceEqual("PAR1"u8))
            throw new ParquetFormatException("Not a Parquet file, or its end is cut off: it does not end with PAR1.") { Offset = source.Length - 4 };
        int length = BinaryPrimitives.ReadInt32LittleEndian(tail[^8..]);
        if (length < 1 || length > options.MaxFooterBytes || length > source.Length - TrailerBytes - 4)
            throw new ParquetFormatException($"Parquet footer: a length of {length} bytes in a file of {source.Length} (at most {options.MaxFooterBytes}).") { Offset = source.Length - 8 };
        return length;
    }

    private static ParquetFileReader Parse(ReadOnlySpan<byte> footer, IRandomAccessSource source, ParquetReaderOptions options)
    {
        long dataEnd = source.Length - TrailerBytes - footer.Length;
        return new ParquetFileReader(source, options, FooterReader.Read(footer, dataEnd, options));
    }
}
