using System.IO.Hashing;
using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Testing.Damage;

/// <summary>
/// The pages of a column chunk, to be changed and sealed again with right checksums: what a wrongly written or a forged file has. Damage that a
/// checksum would stop gets to the decoders this way.
/// </summary>
internal sealed class ForgedPages
{
    private readonly List<(PageHeader Header, byte[] Body)> _pages = [];

    public static ForgedPages Of(ReadOnlySpan<byte> chunk)
    {
        var pages = new ForgedPages();
        while (!chunk.IsEmpty)
        {
            var header = PageHeader.Read(chunk, out var bytes);
            pages._pages.Add((header, chunk.Slice(bytes, header.StoredSize).ToArray()));
            chunk = chunk[(bytes + header.StoredSize)..];
        }

        return pages;
    }

    public bool IsEmpty => _pages.Count == 0;

    /// <summary>The chunk, and how many of its first bytes are the dictionary.</summary>
    public (byte[] Chunk, int DictionaryBytes) Seal()
    {
        using var header = new PageBuffer();
        using var chunk = new MemoryStream();
        var dictionary = 0;
        foreach (var (page, body) in _pages)
        {
            var sealedPage = page;
            if (page.Crc is not null) sealedPage.Crc = Crc32.HashToUInt32(body);
            header.Clear();
            sealedPage.Write(header);
            chunk.Write(header.Written);
            chunk.Write(body);
            if (page.IsDictionary && dictionary == 0) dictionary = (int)chunk.Length;
        }

        return (chunk.ToArray(), dictionary);
    }

    /// <summary>Changes one thing.</summary>
    public void Damage(Random random)
    {
        var at = random.Next(_pages.Count);
        switch (random.Next(12))
        {
            case 0 or 1 or 2:
                DamageHeader(random, at);
                break;
            case 3:
                DamageBelowCompression(random, at);
                break;
            case 4:
                DamageLength(random, at);
                break;
            case 5 when random.Next(3) == 0:
                _pages.RemoveAt(at);
                if (_pages.Count == 0) _pages.Add((new PageHeader { RowCount = 1, ValueCount = 1 }, []));
                break;
            case 5:
                _pages.Insert(at, _pages[random.Next(_pages.Count)]);
                break;
            case 6:
                var other = random.Next(_pages.Count);
                (_pages[at], _pages[other]) = (_pages[other], _pages[at]);
                break;
            default:
                DamageBody(random, _pages[at].Header, _pages[at].Body);
                break;
        }
    }

    // Levels stand first and decide most; of values the first bytes tell widths, counts and lengths.
    private static void DamageBody(Random random, PageHeader header, byte[] body)
    {
        if (body.Length == 0) return;
        var levels = Math.Clamp(header.DefinitionBytes + header.RepetitionBytes, 0, body.Length);
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var (from, to) = random.Next(4) switch
            {
                0 when levels > 0 => (0, levels),
                1 or 2 when levels < body.Length => (levels, Math.Min(body.Length, levels + 12)),
                _ => (0, body.Length),
            };
            body[random.Next(from, to)] = random.Next(3) switch { 0 => (byte)random.Next(256), 1 => 0xFF, _ => (byte)random.Next(4) };
        }
    }

    private void DamageHeader(Random random, int at)
    {
        var (header, body) = _pages[at];
        switch (random.Next(10))
        {
            case 0: header.ValueCount = Near(random, header.ValueCount); break;
            case 1: header.NullCount = Near(random, header.NullCount); break;
            case 2: header.RowCount = Near(random, header.RowCount); break;
            case 3: header.Encoding = (ParquetEncoding)random.Next(10); break;
            case 4: header.DefinitionBytes = Near(random, header.DefinitionBytes); break;
            case 5: header.RepetitionBytes = Near(random, header.RepetitionBytes); break;
            case 6: header.UncompressedSize = Near(random, header.UncompressedSize); break;
            case 7: header.IsCompressed = !header.IsCompressed; break;
            case 8: header.IsDictionary = !header.IsDictionary; break;
            default: header.Crc = null; break;
        }

        _pages[at] = (header, body);
    }

    private void DamageBelowCompression(Random random, int at)
    {
        var (header, body) = _pages[at];
        var levels = header.IsDictionary ? 0 : header.DefinitionBytes + header.RepetitionBytes;
        if (!header.IsCompressed || levels < 0 || levels > body.Length) return;
        try
        {
            using var unpack = new ZstdSharp.Decompressor();
            using var pack = new ZstdSharp.Compressor(1);
            var values = unpack.Unwrap(body.AsSpan(levels), 1 << 20).ToArray();
            DamageBody(random, default, values);
            if (random.Next(4) == 0) values = values[..random.Next(values.Length + 1)];
            body = [.. body.AsSpan(0, levels), .. pack.Wrap(values)];
            header.StoredSize = body.Length;
            if (random.Next(4) != 0) header.UncompressedSize = levels + values.Length;
            _pages[at] = (header, body);
        }
        catch (ZstdSharp.ZstdException)
        {
            DamageBody(random, header, body); // Not compressed, or damaged before.
        }
    }

    private void DamageLength(Random random, int at)
    {
        var (header, body) = _pages[at];
        var length = Math.Max(0, Math.Min(64 * 1024, Near(random, body.Length)));
        var difference = length - body.Length;
        Array.Resize(ref body, length);
        header.StoredSize = length;
        if (random.Next(2) == 0) header.UncompressedSize += difference;
        _pages[at] = (header, body);
    }

    private static int Near(Random random, int number) => random.Next(8) switch
    {
        0 => 0,
        1 => int.MaxValue,
        2 => -1,
        3 => number * 2,
        4 => random.Next(),
        _ => number + random.Next(-3, 4),
    };
}
