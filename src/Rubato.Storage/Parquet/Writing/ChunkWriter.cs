using System.IO.Hashing;
using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Writing;

/// <summary>
/// Writes the pages of one column chunk after the other. A page is: repetition levels, definition levels, values; only the values may be
/// compressed. Serves all chunks of a file with the same buffers.
/// </summary>
internal sealed class ChunkWriter(FileOutput output, PageCompressor compressor, ParquetWriterOptions options) : IDisposable
{
    private readonly PageCompressor _compressor = compressor;
    private readonly PageBuffer _page = new(64 << 10);
    private readonly PageBuffer _header = new(128);
    private readonly PageBuffer _dictionary = new();
    private readonly List<PageRecord> _pages = [];
    private byte[] _presence = [];
    private int[] _levels = [];
    private ChunkRecord _record = new();
    private bool _mayCompress;
    private bool _boundsKnown;

    public IReadOnlyList<PageRecord> Pages => _pages;

    /// <summary>The dictionary page of the next chunk; its owner fills it before the chunk is written.</summary>
    public PageBuffer Dictionary => _dictionary;

    /// <summary>A top-level column.</summary>
    public ChunkRecord WriteFlat(in ChunkValues values, PresentRows rows, int rowCount, int dictionaryCount)
    {
        Begin(values, rowCount);
        int pageRows = PageCuts.RowsPerPage(rowCount, values.Count, options);
        int value = 0;
        for (int firstRow = 0; firstRow < rowCount; firstRow += pageRows)
        {
            int count = Math.Min(pageRows, rowCount - firstRow);
            int present = !rows.AreListed ? count : CountBelow(rows.Positions[value..], firstRow + count);
            _page.Clear();
            if (!values.Field.IsRequired)
                WritePresence(rows.AreListed ? rows.Positions.Slice(value, present) : default, firstRow, count, present);
            WritePage(values, value, present, firstRow, count, count, repetitionBytes: 0, dictionaryCount);
            value += present;
        }
        return End(values, rowCount);
    }

    /// <summary>A field of a repeated group.</summary>
    public ChunkRecord WriteRepeated(in ChunkValues values, PresentRows children, RepeatedLayout layout, int dictionaryCount)
    {
        Begin(values, layout.EntryCount);
        int value = 0;
        foreach (RepeatedLayout.Page page in layout.Pages)
        {
            int present = !children.AreListed ? page.ChildCount : CountBelow(children.Positions[value..], page.FirstChild + page.ChildCount);
            _page.Clear();
            _page.Write(layout.RepetitionOf(page));
            WriteChildLevels(values.Field, children, value, present, page, layout);
            WritePage(values, value, present, page.FirstRow, page.RowCount, page.EntryCount, page.LevelsLength, dictionaryCount);
            value += present;
        }
        return End(values, layout.EntryCount);
    }

    public void Dispose()
    {
        _page.Dispose();
        _header.Dispose();
        _dictionary.Dispose();
    }

    private void Begin(in ChunkValues values, int entries)
    {
        _compressor.BeginChunk(values.Effort);
        _pages.Clear();
        _mayCompress = _compressor.IsEnabled && values.MayCompress;
        _boundsKnown = true;
        _record = new ChunkRecord
        {
            ValueCount = entries,
            NullCount = entries - values.Count,
            Encoding = values.Encoding,
            HasLevels = values.Field.MaxDefinitionLevel > 0,
        };
    }

    private ChunkRecord End(in ChunkValues values, int entries)
    {
        int written = 0;
        foreach (PageRecord page in _pages)
            written += page.ValueCount - page.NullCount;
        if (written != values.Count)
            throw new ArgumentException($"Column '{values.Field.Path}': {values.Count} values, of which only {written} stand in its {entries} rows.");
        if (!_boundsKnown)
            _record.Bounds = null;
        _dictionary.Clear();
        return _record;
    }

    private void WritePresence(ReadOnlySpan<int> positions, int firstRow, int count, int present)
    {
        if (present == count || present == 0)
        {
            RunLengthEncoder.WriteRun(count, present == 0 ? 0 : 1, 1, _page);
            return;
        }

        int bytes = (count + 7) / 8;
        if (_presence.Length < bytes)
            _presence = new byte[bytes];
        Span<byte> bitmap = _presence.AsSpan(0, bytes);
        bitmap.Clear();
        foreach (int position in positions)
        {
            int row = position - firstRow;
            if ((uint)row >= (uint)count)
                throw Unsorted(position);
            bitmap[row >> 3] |= (byte)(1 << (row & 7));
        }
        if (RunLengthEncoder.CountBits(bitmap) != present)
            throw Unsorted(positions[0]);
        RunLengthEncoder.EncodeBits(bitmap, count, _page);
    }

    private void WriteChildLevels(
        ParquetField field, PresentRows children, int firstValue, int present, RepeatedLayout.Page page, RepeatedLayout layout)
    {
        ReadOnlySpan<int> levels = layout.BaseLevels(page);
        if (!field.IsRequired && present > 0)
        {
            if (_levels.Length < levels.Length)
                _levels = new int[levels.Length];
            Span<int> own = _levels.AsSpan(0, levels.Length);
            levels.CopyTo(own);
            ReadOnlySpan<int> entries = layout.EntryOfChild;
            for (int i = 0; i < present; i++)
            {
                int child = children.AreListed ? children.Positions[firstValue + i] : page.FirstChild + i;
                int entry = (uint)child < (uint)entries.Length ? entries[child] - page.FirstEntry : -1;
                if ((uint)entry >= (uint)own.Length || own[entry] == 2)
                    throw Unsorted(child);
                own[entry] = 2;
            }
            levels = own;
        }
        RunLengthEncoder.Encode(levels, field.MaxDefinitionLevel == 2 ? 2 : 1, _page);
    }

    private void WritePage(
        in ChunkValues values, int firstValue, int present, int firstRow, int rowCount, int entries, int repetitionBytes, int dictionaryCount)
    {
        int levelBytes = _page.Length;
        values.EncodePage(firstValue, present, _page);
        int uncompressed = _page.Length;
        ReadOnlySpan<byte> packed = default;
        bool isCompressed = _mayCompress && _compressor.TryPack(_page.Written[levelBytes..], out packed);
        if (isCompressed)
        {
            _page.Truncate(levelBytes);
            _page.Write(packed);
            _record.Codec = ParquetCodec.Zstd;
        }
        if (_pages.Count == 0 && dictionaryCount > 0)
            WriteDictionary(dictionaryCount, isCompressed, values.MayCompress);

        long offset = output.Position;
        var header = new PageHeader
        {
            UncompressedSize = uncompressed,
            StoredSize = _page.Length,
            Crc = Crc32.HashToUInt32(_page.Written),
            ValueCount = entries,
            NullCount = entries - present,
            RowCount = rowCount,
            Encoding = values.Encoding,
            DefinitionBytes = levelBytes - repetitionBytes,
            RepetitionBytes = repetitionBytes,
            IsCompressed = isCompressed,
        };
        int stored = Emit(header, _page.Written);
        if (_record.DataOffset < 0)
            _record.DataOffset = offset;

        ValueBounds? bounds = BoundsFinder.OfPage(values, firstValue, present, options.ByteArrayPageBoundBytes);
        _boundsKnown &= bounds is not null || present == 0;
        _record.Bounds = ValueBounds.Merge(values.Field, _record.Bounds, bounds);
        _pages.Add(new PageRecord(offset, stored, firstRow, entries, entries - present, bounds));
    }

    /// <summary>
    /// Comes before the pages but is written after the first is seen: if neither shrinks the chunk is declared uncompressed, so that small
    /// dictionaries are read without a decompressor; that rules out compression for the later pages.
    /// </summary>
    private void WriteDictionary(int count, bool firstPageIsCompressed, bool mayCompressPages)
    {
        ReadOnlySpan<byte> body = _dictionary.Written;
        int uncompressed = body.Length;
        if (_compressor.IsEnabled)
        {
            ReadOnlySpan<byte> packed = _compressor.Pack(body);
            if (firstPageIsCompressed || (body.Length >= 256 && packed.Length <= body.Length * options.MaxCompressedShare))
            {
                body = packed;
                _record.Codec = ParquetCodec.Zstd;
            }
        }
        _mayCompress = mayCompressPages && _record.Codec == ParquetCodec.Zstd;
        _record.DictionaryOffset = output.Position;
        Emit(new PageHeader
        {
            IsDictionary = true,
            UncompressedSize = uncompressed,
            StoredSize = body.Length,
            Crc = Crc32.HashToUInt32(body),
            ValueCount = count,
            Encoding = ParquetEncoding.Plain,
        }, body);
    }

    private int Emit(in PageHeader header, ReadOnlySpan<byte> body)
    {
        _header.Clear();
        header.Write(_header);
        output.Write(_header.Written);
        output.Write(body);
        int stored = _header.Length + body.Length;
        _record.StoredBytes += stored;
        _record.UncompressedBytes += _header.Length + header.UncompressedSize;
        return stored;
    }

    /// <summary>How many leading positions lie below <paramref name="limit"/>; pages ask in order, so a search near the front is short.</summary>
    private static int CountBelow(ReadOnlySpan<int> positions, int limit)
    {
        int step = 1;
        while (step < positions.Length && positions[step] < limit)
            step *= 2;
        int found = positions[..Math.Min(positions.Length, step + 1)].BinarySearch(limit);
        return found < 0 ? ~found : found;
    }

    private static ArgumentException Unsorted(int position)
        => new($"Row positions must be strictly ascending and inside the row group; the trouble is near position {position}.");
}
