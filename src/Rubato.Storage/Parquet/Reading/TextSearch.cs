using System.Runtime.InteropServices;
using Rubato.Model.Scanning;
using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>
/// Strings of pages without a dictionary that contain something, searched for in the page's bytes as they are: lengths and levels are looked at only where
/// the bytes were found, so a page without them costs one pass at memory speed.
/// </summary>
internal static class TextSearch
{
    public static void Run(ParquetPage page, ParquetField field, int firstRow, ReadOnlySpan<byte> needle, ITextSink sink)
    {
        try
        {
            bool lengthsInFront = page.Encoding == ParquetEncoding.DeltaLengthByteArray;
            if (!lengthsInFront && page.Encoding != ParquetEncoding.Plain)
                throw new ParquetFormatException($"encoding {(int)page.Encoding} in a chunk without a dictionary is not supported, only PLAIN and DELTA_LENGTH_BYTE_ARRAY");
            ReadOnlySpan<byte> values = page.Values;
            if (page.Present == 0 || values.IndexOf(needle) < 0)
                return;
            using var rows = new PooledArray<int>(page.Present);
            ReadRows(page, rows.Span);
            if (!lengthsInFront)
            {
                Show(new PlainWalk(values), values, rows.Span, firstRow, needle, sink);
                return;
            }
            using var places = new PooledArray<int>(rows.Span.Length + 1);
            if (!LengthsInFront.TryFind(values, places.Span, out ReadOnlySpan<byte> texts))
                throw new ParquetFormatException("the lengths of its strings are damaged");
            Show(new OffsetWalk(places.Span), texts, rows.Span, firstRow, needle, sink);
        }
        catch (ParquetFormatException e) when (e.Column is null)
        {
            throw page.Damaged(field, e.Message, e);
        }
    }

    private static void ReadRows(ParquetPage page, Span<int> rows)
    {
        if (page.Present == page.ValueCount)
        {
            for (int i = 0; i < rows.Length; i++)
                rows[i] = i;
        }
        else if (RunLengthDecoder.DecodePositions(page.Definition, page.ValueCount, 0, rows) != rows.Length)
        {
            throw new ParquetFormatException("its levels are damaged");
        }
    }

    /// <summary>
    /// Where no length is looked at before the bytes are found, a hit may begin in what stands between texts or reach from one into the next: then it is none.
    /// </summary>
    private static void Show<TTexts>(TTexts texts, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> rows, int firstRow, ReadOnlySpan<byte> needle, ITextSink sink)
        where TTexts : ITextWalk, allows ref struct
    {
        if (needle.IsEmpty)
        {
            ShowAll(texts, bytes, rows, firstRow, sink);
            return;
        }
        int start = 0, end = 0, index = -1; // The text that the search stands in.
        for (int from = 0; ;)
        {
            int hit = bytes[from..].IndexOf(needle);
            if (hit < 0)
                return;
            hit += from;
            while (hit >= end || index < 0)
            {
                if (++index == rows.Length)
                    throw new ParquetFormatException($"{bytes.Length - end} bytes are left over after {rows.Length} strings");
                (start, end) = texts.Next();
            }

            if (hit >= start && hit + needle.Length <= end)
            {
                sink.Add(firstRow + rows[index], bytes[start..end]);
                from = end;
            }
            else
            {
                from = hit + 1;
            }
        }
    }

    private static void ShowAll<TTexts>(TTexts texts, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> rows, int firstRow, ITextSink sink)
        where TTexts : ITextWalk, allows ref struct
    {
        foreach (int row in rows)
        {
            (int start, int end) = texts.Next();
            sink.Add(firstRow + row, bytes[start..end]);
        }
    }

    /// <summary>The places of texts in a page's bytes, one after the other.</summary>
    private interface ITextWalk
    {
        (int Start, int End) Next();
    }

    /// <summary>PLAIN: each behind its length.</summary>
    private ref struct PlainWalk(ReadOnlySpan<byte> bytes) : ITextWalk
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _at;

        public (int Start, int End) Next()
        {
            int length = PlainDecoder.NextString(_bytes, ref _at).Length;
            return (_at - length, _at);
        }
    }

    /// <summary>All lengths stand in front, so the texts touch each other.</summary>
    private ref struct OffsetWalk(ReadOnlySpan<int> offsets) : ITextWalk
    {
        private readonly ReadOnlySpan<int> _offsets = offsets;
        private int _next;

        public (int Start, int End) Next()
        {
            int i = _next++;
            return (_offsets[i], _offsets[i + 1]);
        }
    }
}
