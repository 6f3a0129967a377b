using System.Buffers.Binary;
using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>
/// The values of a few rows of one column, page after page. Only what stands in those rows is decoded: nulls are counted in the levels,
/// codes are taken out of their bits, strings before the wanted ones are stepped over by their lengths.
/// </summary>
internal sealed class RowPicker(ParquetField field, ParquetDictionary? dictionary, int rowCount)
{
    // Rows of a page from which on unpacking all of its codes is cheaper than picking: one in this many.
    private const int BulkShare = 4;

    private int[] _rows = [];
    private int[] _codes = [];
    private int[] _offsets = [0];
    private long[] _numbers = [];
    private byte[] _bytes = [];
    private int _bytesUsed;
    private int _count;
    private int _children;
    private bool _hasPlain;

    /// <param name="page">A page.</param>
    /// <param name="rows">Ascending rows of the page.</param>
    /// <param name="first">The place of the first of them among the rows of the answer.</param>
    public void Add(ParquetPage page, ReadOnlySpan<int> rows, int first)
    {
        try
        {
            using var ranks = new PooledArray<int>(rows.Length);
            int found = Ranks(page, rows, ranks.Span);
            if (found == 0)
                return;
            Grow(ref _rows, found);
            if (found == rows.Length)
            {
                for (int i = 0; i < found; i++)
                    _rows[_count + i] = first + i;
                AddValues(page, ranks.Span);
                return;
            }

            Span<int> picks = ranks.Span;
            int n = 0;
            for (int i = 0; i < rows.Length; i++)
            {
                if (picks[i] < 0)
                    continue;
                _rows[_count + n] = first + i;
                picks[n++] = picks[i];
            }
            AddValues(page, picks[..n]);
        }
        catch (ParquetFormatException e) when (e.Column is null)
        {
            throw page.Damaged(field, e.Message, e);
        }
    }

    /// <summary>As <see cref="Add"/> for a column of a repeated group: all children of the rows, and for each its row's place in the answer.</summary>
    public void AddChildren(ParquetPage page, ReadOnlySpan<int> rows, int first, List<int> owners)
    {
        try
        {
            // Entries of row r: from the place of the r-th level that begins a row to the next such.
            using var borderArray = new PooledArray<int>(2 * rows.Length);
            Span<int> borders = borderArray.Span;
            FindEntries(page, rows, borders);
            int count = 0;
            for (int i = 0; i < borders.Length; i += 2)
                count += borders[i + 1] - borders[i];
            using var entryArray = new PooledArray<int>(3 * count);
            Span<int> entries = entryArray.Span[..count], levels = entryArray.Span.Slice(count, count), ranks = entryArray.Span[(2 * count)..];
            for (int i = 0, n = 0; i < borders.Length; i += 2)
            {
                for (int entry = borders[i]; entry < borders[i + 1]; entry++)
                    entries[n++] = entry;
            }
            int max = field.MaxDefinitionLevel;
            if (!RunLengthDecoder.TryPickLevels(page.Definition, max, page.ValueCount, entries, levels, ranks))
                throw new ParquetFormatException("its levels are damaged");

            Grow(ref _rows, count);
            int found = 0;
            for (int i = 0, n = 0; i < rows.Length; i++)
            {
                int children = borders[(2 * i) + 1] - borders[2 * i];
                for (int k = 0; k < children; k++, n++)
                {
                    // An entry of level 0 says that its row has no child: it is alone.
                    if (levels[n] > max || (levels[n] == 0 && children > 1))
                        throw new ParquetFormatException("its levels are damaged");
                    if (levels[n] == 0)
                        continue;
                    owners.Add(first + i);
                    if (levels[n] == max)
                    {
                        _rows[_count + found] = _children;
                        ranks[found++] = ranks[n];
                    }
                    _children++;
                }
            }
            AddValues(page, ranks[..found]);
        }
        catch (ParquetFormatException e) when (e.Column is null)
        {
            throw page.Damaged(field, e.Message, e);
        }
    }

    private static void FindEntries(ParquetPage page, ReadOnlySpan<int> rows, Span<int> borders)
    {
        if (rows.IsEmpty || rows[^1] >= page.RowCount)
            throw new ParquetFormatException($"a row beyond its {page.RowCount} was asked for");
        for (int i = 0; i < rows.Length; i++)
            (borders[2 * i], borders[(2 * i) + 1]) = (rows[i], rows[i] + 1);
        if (page.ValueCount == page.RowCount)
            return; // One entry for each row.
        using var ordinals = new PooledArray<int>(borders.Length);
        borders.CopyTo(ordinals.Span);
        if (!RunLengthDecoder.TrySelectZeros(page.Repetition, page.ValueCount, ordinals.Span, borders))
            throw new ParquetFormatException("its levels are damaged");
    }

    public PickedColumn Finish()
    {
        if (_hasPlain && dictionary is not null && _codes.Length > 0)
            throw new ParquetFormatException($"Parquet column '{field.Path}': plain and dictionary pages in one chunk are not supported.") { Column = field.Path };
        int rows = field.IsRepeated ? _children : rowCount;
        bool hasCodes = !_hasPlain && field.Type is (ParquetType.ByteArray or ParquetType.FixedLenByteArray);
        return new PickedColumn(field, rows, _count, _rows, hasCodes ? dictionary : null, _codes, _numbers, _bytes, _offsets);
    }

    /// <summary>For each row the place of its value among the page's, or -1. Returns how many have one.</summary>
    private int Ranks(ParquetPage page, ReadOnlySpan<int> rows, Span<int> ranks)
    {
        if (rows.IsEmpty || rows[^1] >= page.RowCount)
            throw new ParquetFormatException($"a row beyond its {page.RowCount} was asked for");
        if (page.Present == page.ValueCount)
        {
            rows.CopyTo(ranks);
            return rows.Length;
        }
        if (page.Present == 0)
            return 0;
        if (!RunLengthDecoder.TryRank(page.Definition, page.ValueCount, rows, ranks))
            throw new ParquetFormatException("its levels are damaged");
        int found = 0;
        foreach (int rank in ranks)
            found += rank >= 0 ? 1 : 0;
        return found;
    }

    /// <summary>Adds the values at the ascending places given; their rows are already noted.</summary>
    private void AddValues(ParquetPage page, ReadOnlySpan<int> picks)
    {
        if (picks.IsEmpty)
            return;
        if (picks[^1] >= page.Present)
            throw new ParquetFormatException($"its levels show more than the {page.Present} values that it has");
        bool isText = field.Type is ParquetType.ByteArray or ParquetType.FixedLenByteArray;
        if (page.HasCodes)
        {
            if (field.Type == ParquetType.Boolean || dictionary is null)
                throw ChunkPages.NotSupported(field, page.Encoding);
            AddCodes(page, picks, isText);
        }
        else if (page.Encoding == ParquetEncoding.Plain)
        {
            _hasPlain |= isText;
            AddPlain(page, picks);
        }
        else if (page.Encoding == ParquetEncoding.DeltaLengthByteArray && field.Type == ParquetType.ByteArray)
        {
            _hasPlain = true;
            AddLengthsInFront(page, picks);
        }
        else if (page.Encoding == ParquetEncoding.DeltaBinaryPacked && field.Type is ParquetType.Int64 or ParquetType.Int32)
        {
            AddDelta(page, picks);
        }
        else
        {
            throw ChunkPages.NotSupported(field, page.Encoding);
        }
        _count += picks.Length;
    }

    private void AddCodes(ParquetPage page, ReadOnlySpan<int> picks, bool isText)
    {
        ReadOnlySpan<byte> values = page.Values;
        if (values.IsEmpty || values[0] > 32)
            throw new ParquetFormatException(values.IsEmpty ? "its codes are missing" : $"codes of {values[0]} bits");
        Grow(ref _codes, picks.Length);
        Span<int> codes = _codes.AsSpan(isText ? _count : 0, picks.Length);
        if (!(picks.Length * BulkShare > page.Present ? TryUnpack(values, page.Present, picks, codes)
            : RunLengthDecoder.TryPick(values[1..], values[0], page.Present, picks, codes)))
            throw new ParquetFormatException("its codes are damaged");
        uint entries = (uint)dictionary!.Count;
        foreach (int code in codes)
        {
            if ((uint)code >= entries)
                throw new ParquetFormatException($"code {(uint)code} points outside its dictionary of {entries} entries");
        }
        if (isText)
            return;
        Grow(ref _numbers, picks.Length);
        ReadOnlySpan<long> numbers = dictionary.Longs;
        for (int i = 0; i < codes.Length; i++)
            _numbers[_count + i] = numbers[codes[i]];
    }

    private static bool TryUnpack(ReadOnlySpan<byte> values, int present, ReadOnlySpan<int> picks, Span<int> codes)
    {
        using var all = new PooledArray<int>(present);
        if (!RunLengthDecoder.TryDecode(values[1..], values[0], all.Span))
            return false;
        ReadOnlySpan<int> from = all.Span;
        for (int i = 0; i < codes.Length; i++)
            codes[i] = from[picks[i]];
        return true;
    }

    private void AddDelta(ParquetPage page, ReadOnlySpan<int> picks)
    {
        using var decoded = new PooledArray<long>(picks[^1] + 1);
        if (!DeltaEncoding.TryDecode(page.Values, page.Present, decoded.Span, out _))
            throw new ParquetFormatException("its delta-packed numbers are damaged");
        ReadOnlySpan<long> from = decoded.Span;
        Grow(ref _numbers, picks.Length);
        bool isNarrow = field.Type == ParquetType.Int32;
        for (int i = 0; i < picks.Length; i++)
            _numbers[_count + i] = isNarrow ? (int)from[picks[i]] : from[picks[i]]; // Other writers let 32-bit deltas wrap around.
    }

    private void AddPlain(ParquetPage page, ReadOnlySpan<int> picks)
    {
        ReadOnlySpan<byte> values = page.Values;
        switch (field.Type)
        {
            case ParquetType.ByteArray:
                AddStrings(values, picks);
                break;
            case ParquetType.Boolean:
                Expect(values, (page.Present + 7L) / 8, page.Present);
                Span<byte> bits = Reserve(picks.Length);
                for (int i = 0; i < picks.Length; i++)
                    bits[i] = (byte)(values[picks[i] >> 3] >> (picks[i] & 7) & 1);
                break;
            case ParquetType.FixedLenByteArray:
                int length = field.FixedLength;
                Expect(values, (long)page.Present * length, page.Present);
                Span<byte> target = Reserve(checked(picks.Length * length));
                for (int i = 0; i < picks.Length; i++)
                    values.Slice(picks[i] * length, length).CopyTo(target[(i * length)..]);
                break;
            default:
                int size = field.Type == ParquetType.Int32 ? 4 : 8;
                Expect(values, (long)page.Present * size, page.Present);
                Grow(ref _numbers, picks.Length);
                for (int i = 0; i < picks.Length; i++)
                {
                    ReadOnlySpan<byte> value = values.Slice(picks[i] * size, size);
                    _numbers[_count + i] = size == 4 ? BinaryPrimitives.ReadInt32LittleEndian(value) : BinaryPrimitives.ReadInt64LittleEndian(value);
                }
                break;
        }
    }

    private void AddStrings(ReadOnlySpan<byte> values, ReadOnlySpan<int> picks)
    {
        Grow(ref _offsets, picks.Length + 1);
        int at = 0, index = 0;
        for (int i = 0; i < picks.Length; i++)
        {
            ReadOnlySpan<byte> value;
            do
                value = PlainDecoder.NextString(values, ref at);
            while (index++ < picks[i]);
            value.CopyTo(Reserve(value.Length));
            _offsets[_count + i + 1] = _bytesUsed;
        }
    }

    private void AddLengthsInFront(ParquetPage page, ReadOnlySpan<int> picks)
    {
        using var places = new PooledArray<int>(page.Present + 1);
        Span<int> offsets = places.Span;
        if (!LengthsInFront.TryFind(page.Values, offsets, out ReadOnlySpan<byte> text))
            throw new ParquetFormatException("the lengths of its strings are damaged");
        Grow(ref _offsets, picks.Length + 1);
        for (int i = 0; i < picks.Length; i++)
        {
            ReadOnlySpan<byte> value = text[offsets[picks[i]]..offsets[picks[i] + 1]];
            value.CopyTo(Reserve(value.Length));
            _offsets[_count + i + 1] = _bytesUsed;
        }
    }

    private Span<byte> Reserve(int bytes)
    {
        int needed = checked(_bytesUsed + bytes);
        if (needed > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(needed, Math.Min(2 * _bytes.Length, Array.MaxLength)));
        Span<byte> room = _bytes.AsSpan(_bytesUsed, bytes);
        _bytesUsed = needed;
        return room;
    }

    /// <summary>Room for this many more values; the first time exactly, as most answers come from one page.</summary>
    private void Grow<T>(ref T[] array, int more)
    {
        int needed = _count + more;
        if (needed > array.Length)
            Array.Resize(ref array, array.Length <= 1 ? needed : Math.Max(needed, 2 * array.Length));
    }

    private static void Expect(ReadOnlySpan<byte> source, long bytes, int count)
    {
        if (source.Length != bytes)
            throw new ParquetFormatException($"{count} values in {source.Length} bytes, which should be {bytes}");
    }
}
