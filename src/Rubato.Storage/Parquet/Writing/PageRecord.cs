using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Writing;

/// <summary>One data page of the chunk being written.</summary>
internal readonly record struct PageRecord(long Offset, int StoredBytes, int FirstRow, int ValueCount, int NullCount, ValueBounds? Bounds)
{
    public bool IsAllNull => NullCount == ValueCount;
}
