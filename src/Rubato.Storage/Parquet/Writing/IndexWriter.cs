using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Metadata;
using Rubato.Storage.Parquet.Thrift;

namespace Rubato.Storage.Parquet.Writing;

/// <summary>
/// Page indexes, turned to bytes as soon as their chunk is written: 16 pages take about 150 bytes here and ten times that as objects.
/// </summary>
internal sealed class IndexWriter : IDisposable
{
    private const int Ascending = 1;
    private const int Unordered = 0;

    public PageBuffer OffsetIndexes { get; } = new();
    public PageBuffer ColumnIndexes { get; } = new();

    public void Add(ParquetField field, ChunkRecord record, IReadOnlyList<PageRecord> pages)
    {
        int start = OffsetIndexes.Length;
        var thrift = new ThriftCompactWriter(OffsetIndexes);
        thrift.BeginElement();
        thrift.List(1, ThriftType.Struct, pages.Count);
        foreach (PageRecord page in pages)
        {
            thrift.BeginElement();
            thrift.Int64(1, page.Offset);
            thrift.Int32(2, page.StoredBytes);
            thrift.Int64(3, page.FirstRow);
            thrift.EndStruct();
        }
        thrift.EndStruct();
        record.OffsetIndex = (start, OffsetIndexes.Length - start);

        // With one page the chunk statistics say the same; without bounds for every page there is nothing to say.
        if (pages.Count > 1 && pages.All(page => page.IsAllNull || page.Bounds is not null) && record.Bounds is not null)
            AddColumnIndex(field, record, pages);
    }

    public void Dispose()
    {
        OffsetIndexes.Dispose();
        ColumnIndexes.Dispose();
    }

    private void AddColumnIndex(ParquetField field, ChunkRecord record, IReadOnlyList<PageRecord> pages)
    {
        int start = ColumnIndexes.Length;
        var thrift = new ThriftCompactWriter(ColumnIndexes);
        thrift.BeginElement();
        thrift.List(1, ThriftType.True, pages.Count);
        foreach (PageRecord page in pages)
            thrift.Element(page.IsAllNull);
        thrift.List(2, ThriftType.Binary, pages.Count);
        foreach (PageRecord page in pages)
            thrift.Element(page.Bounds is { } bounds ? bounds.Min : default(ReadOnlySpan<byte>));
        thrift.List(3, ThriftType.Binary, pages.Count);
        foreach (PageRecord page in pages)
            thrift.Element(page.Bounds is { } bounds ? bounds.Max : default(ReadOnlySpan<byte>));
        thrift.Int32(4, AreAscending(field, pages) ? Ascending : Unordered);
        thrift.List(5, ThriftType.Int64, pages.Count);
        foreach (PageRecord page in pages)
            thrift.Element((long)page.NullCount);
        thrift.EndStruct();
        record.ColumnIndex = (start, ColumnIndexes.Length - start);
    }

    private static bool AreAscending(ParquetField field, IReadOnlyList<PageRecord> pages)
    {
        ValueBounds? previous = null;
        foreach (PageRecord page in pages)
        {
            if (page.Bounds is not { } bounds)
                continue;
            if (previous is not null
                && (ValueBounds.Compare(field, previous.Min, bounds.Min) > 0 || ValueBounds.Compare(field, previous.Max, bounds.Max) > 0))
                return false;
            previous = bounds;
        }
        return true;
    }
}
