namespace Rubato.Storage.Parquet;

/// <summary>What other tools should take a physical value for. Our own engine looks at the physical type only.</summary>
internal enum ParquetLogicalType
{
    None,
    String,
    TimestampNanosUtc,
    UInt32,
    UInt64,
}
