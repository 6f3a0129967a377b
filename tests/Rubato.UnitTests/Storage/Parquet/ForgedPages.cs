using System.IO.Hashing;
using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.UnitTests.Storage.Parquet;

/// <summary>Damages the body of a page and puts the matching checksum into its header, so that the decoders meet the damage.</summary>
internal static class ForgedPages
{
    public static void Damage(byte[] file, int offset, int length, Random random)
    {
        var pages = new List<(int At, int HeaderBytes, PageHeader Header)>();
        for (int at = offset; at < offset + length;)
        {
            PageHeader header = PageHeader.Read(file.AsSpan(at), out int bytes);
            pages.Add((at, bytes, header));
            at += bytes + header.StoredSize;
        }

        (int start, int headerBytes, PageHeader page) = pages[random.Next(pages.Count)];
        Span<byte> body = file.AsSpan(start + headerBytes, page.StoredSize);
        if (body.IsEmpty)
            return;
        for (int n = random.Next(1, 4); n > 0; n--)
            body[random.Next(Math.Min(body.Length, random.Next(2) == 0 ? 8 : body.Length))] = (byte)random.Next(256);

        // A checksum's varint may change its length; a body that does not fit the old header is tried with other last bytes.
        using var output = new PageBuffer();
        for (int tries = 0; tries < 1000; tries++)
        {
            page.Crc = Crc32.HashToUInt32(body);
            output.Clear();
            page.Write(output);
            if (output.Length == headerBytes)
            {
                output.Written.CopyTo(file.AsSpan(start));
                return;
            }
            body[random.Next(body.Length)] = (byte)random.Next(256);
        }
    }
}
