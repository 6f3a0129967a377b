using System.Buffers;
using Rubato.Storage.Parquet.Encodings;

namespace Rubato.Storage.Parquet.Writing;

/// <summary>
/// Where the children of a repeated group stand, worked out once for all its fields. A row without children takes one entry with
/// definition level 0; children take one each. Repetition levels are the same for every field, so their bytes are kept by page.
/// </summary>
internal sealed class RepeatedLayout : IDisposable
{
    private readonly PageBuffer _repetition = new();
    private readonly List<Page> _pages = [];
    private int[] _levels = [];        // Definition levels of a required field: 0 or 1 for each entry.
    private int[] _entryOfChild = [];

    public readonly record struct Page(int FirstRow, int RowCount, int FirstEntry, int EntryCount, int FirstChild, int ChildCount, int LevelsStart, int LevelsLength);

    public int ChildCount { get; private set; }
    public int EntryCount { get; private set; }
    public IReadOnlyList<Page> Pages => _pages;

    public ReadOnlySpan<byte> RepetitionOf(Page page) => _repetition.Written.Slice(page.LevelsStart, page.LevelsLength);

    public ReadOnlySpan<int> BaseLevels(Page page) => _levels.AsSpan(page.FirstEntry, page.EntryCount);

    /// <summary>Entry positions of children, in the whole row group.</summary>
    public ReadOnlySpan<int> EntryOfChild => _entryOfChild.AsSpan(0, ChildCount);

    public void Set(ReadOnlySpan<int> childCounts, ParquetWriterOptions options)
    {
        long children = 0, entries = 0;
        for (int row = 0; row < childCounts.Length; row++)
        {
            if (childCounts[row] < 0)
                throw new ArgumentException($"Row {row} has {childCounts[row]} children.", nameof(childCounts));
            children += childCounts[row];
            entries += Math.Max(1, childCounts[row]);
        }
        if (entries > Array.MaxLength)
            throw new ArgumentException($"{entries} entries of a repeated group do not fit one row group; write smaller ones.", nameof(childCounts));

        (ChildCount, EntryCount) = ((int)children, (int)entries);
        Rent(ref _levels, EntryCount);
        Rent(ref _entryOfChild, ChildCount);
        _repetition.Clear();
        _pages.Clear();

        int pageRows = PageCuts.RowsPerPage(childCounts.Length, ChildCount, options);
        int[] repetition = ArrayPool<int>.Shared.Rent(EntryCount);
        int entry = 0, child = 0;
        for (int firstRow = 0; firstRow < childCounts.Length; firstRow += pageRows)
        {
            int rows = Math.Min(pageRows, childCounts.Length - firstRow);
            int firstEntry = entry, firstChild = child;
            foreach (int count in childCounts.Slice(firstRow, rows))
            {
                repetition[entry] = 0;
                _levels[entry] = count == 0 ? 0 : 1;
                if (count == 0)
                    entry++;
                for (int i = 0; i < count; i++)
                {
                    repetition[entry] = i == 0 ? 0 : 1;
                    _levels[entry] = 1;
                    _entryOfChild[child++] = entry++;
                }
            }
            int start = _repetition.Length;
            RunLengthEncoder.Encode(repetition.AsSpan(firstEntry, entry - firstEntry), 1, _repetition);
            _pages.Add(new Page(firstRow, rows, firstEntry, entry - firstEntry, firstChild, child - firstChild, start, _repetition.Length - start));
        }
        ArrayPool<int>.Shared.Return(repetition);
    }

    public void Dispose()
    {
        _repetition.Dispose();
        Rent(ref _levels, 0);
        Rent(ref _entryOfChild, 0);
    }

    private static void Rent(ref int[] array, int length)
    {
        if (array.Length >= length && length > 0)
            return;
        if (array.Length > 0)
            ArrayPool<int>.Shared.Return(array);
        array = length == 0 ? [] : ArrayPool<int>.Shared.Rent(length);
    }
}
