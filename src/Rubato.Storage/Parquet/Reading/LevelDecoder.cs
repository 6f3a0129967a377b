using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>Definition and repetition levels to positions, page after page. Counts rows and child rows on the way.</summary>
internal ref struct LevelDecoder(ParquetField field, Span<int> rows, Span<int> childCounts, int skipRows, int takeRows)
{
    private readonly Span<int> _rows = rows;              // Positions of present values; empty when all are present.
    private readonly Span<int> _childCounts = childCounts; // By row; empty when nobody asks.

    /// <summary>Values found so far.</summary>
    public int Found { get; private set; }

    /// <summary>Rows so far; of a repeated field the parents.</summary>
    public int RowCount { get; private set; }

    /// <summary>Child rows so far.</summary>
    public int ChildCount { get; private set; }

    /// <summary>Children before the rows asked for.</summary>
    public int FirstChild { get; private set; }

    /// <summary>Children up to the end of the rows asked for.</summary>
    public readonly int EndChild => _endChild < 0 ? ChildCount : _endChild;

    private int _endChild = -1;

    /// <summary>Passes over rows of a flat column whose page is not looked at.</summary>
    public void Skip(int rowCount) => RowCount += rowCount;

    public void Read(in PageView page)
    {
        int found = field.IsRepeated ? ReadRepeated(page) : ReadFlat(page);
        if (found != page.Present)
            throw new ParquetFormatException(found < 0 ? "its levels are damaged" : $"its levels show {found} values, its header {page.Present}");
        Found += found;
    }

    private int ReadFlat(in PageView page)
    {
        int firstRow = RowCount;
        RowCount += page.RowCount;
        if (!field.IsRequired)
        {
            return _rows.IsEmpty ? RunLengthDecoder.CountOnes(page.Definition, page.ValueCount)
                : RunLengthDecoder.DecodePositions(page.Definition, page.ValueCount, firstRow, _rows[Found..]);
        }
        if (!_rows.IsEmpty)
        {
            Span<int> rows = _rows.Slice(Found, page.ValueCount);
            for (int i = 0; i < rows.Length; i++)
                rows[i] = firstRow + i;
        }
        return page.ValueCount;
    }

    private int ReadRepeated(in PageView page)
    {
        int entries = page.ValueCount;
        int max = field.MaxDefinitionLevel;
        using var repetitionArray = new PooledArray<int>(entries);
        using var definitionArray = new PooledArray<int>(entries);
        ReadOnlySpan<int> repetition = repetitionArray.Span, definition = definitionArray.Span;
        if (!RunLengthDecoder.TryDecode(page.Repetition, 1, repetitionArray.Span)
            || !RunLengthDecoder.TryDecode(page.Definition, max == 2 ? 2 : 1, definitionArray.Span))
            return -1;

        int found = 0, row = RowCount, child = ChildCount, lastLevel = 0;
        int endRow = RowCount + page.RowCount;
        for (int i = 0; i < entries; i++)
        {
            int level = definition[i];
            if (repetition[i] == 0)
            {
                if (row == endRow)
                    return -1;
                if (row == skipRows)
                    FirstChild = child;
                if (row == skipRows + takeRows)
                    _endChild = child;
                row++;
            }
            else if (i == 0 || level == 0 || lastLevel == 0)
            {
                return -1; // A page begins with a row, and only a child can follow a child.
            }
            lastLevel = level;
            if (level == 0)
                continue;

            if (level >= max)
            {
                if (level > max || (!_rows.IsEmpty && Found + found >= _rows.Length))
                    return -1;
                if (!_rows.IsEmpty)
                    _rows[Found + found] = child;
                found++;
            }
            child++;
            if (!_childCounts.IsEmpty)
                _childCounts[row - 1]++;
        }
        if (row != endRow)
            return -1;
        (RowCount, ChildCount) = (row, child);
        return found;
    }
}
