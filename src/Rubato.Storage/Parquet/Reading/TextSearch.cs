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
            if (lengthsInFront)
                ShowTexts(values, rows.Span, firstRow, needle, sink);
            else if (needle.IsEmpty)
                ShowAll(values, rows.Span, firstRow, sink);
            else
                Show(values, rows.Span, firstRow, needle, sink);
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

    /// <summary>All texts lie side by side behind their lengths, so a hit may only reach from one into the next.</summary>
    private static void ShowTexts(ReadOnlySpan<byte> values, ReadOnlySpan<int> rows, int firstRow, ReadOnlySpan<byte> needle, ITextSink sink)
    {
        using var places = new PooledArray<int>(rows.Length + 1);
        ReadOnlySpan<int> offsets = places.Span;
        if (!LengthsInFront.TryFind(values, places.Span, out ReadOnlySpan<byte> texts))
            throw new ParquetFormatException("the lengths of its strings are damaged");
        if (needle.IsEmpty)
        {
            for (int i = 0; i < rows.Length; i++)
                sink.Add(firstRow + rows[i], texts[offsets[i]..offsets[i + 1]]);
            return;
        }

        int index = 0;
        for (int from = 0; ;)
        {
            int hit = texts[from..].IndexOf(needle);
            if (hit < 0)
                return;
            hit += from;
            while (hit >= offsets[index + 1])
                index++;
            if (hit + needle.Length <= offsets[index + 1])
            {
                sink.Add(firstRow + rows[index], texts[offsets[index]..offsets[index + 1]]);
                from = offsets[index + 1];
            }
            else
            {
                from = hit + 1;
            }
        }
    }

    private static void ShowAll(ReadOnlySpan<byte> values, ReadOnlySpan<int> rows, int firstRow, ITextSink sink)
    {
        int at = 0;
        foreach (int row in rows)
            sink.Add(firstRow + row, PlainDecoder.NextString(values, ref at));
    }

    private static void Show(ReadOnlySpan<byte> values, ReadOnlySpan<int> rows, int firstRow, ReadOnlySpan<byte> needle, ITextSink sink)
    {
        int end = 0, start = 0, index = -1; // The string that the search stands in.
        ReadOnlySpan<byte> text = default;
        for (int from = 0; ;)
        {
            int hit = values[from..].IndexOf(needle);
            if (hit < 0)
                return;
            hit += from;
            while (hit >= end)
            {
                if (++index == rows.Length)
                    throw new ParquetFormatException($"{values.Length - end} bytes are left over after {rows.Length} strings");
                text = PlainDecoder.NextString(values, ref end);
                start = end - text.Length;
            }

            // A hit may begin in a length or reach into the next one: then it is none.
            if (hit >= start && hit + needle.Length <= end)
            {
                sink.Add(firstRow + rows[index], text);
                from = end;
            }
            else
            {
                from = hit + 1;
            }
        }
    }
}
