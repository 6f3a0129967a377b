namespace Rubato.Storage.Parquet.Metadata;

/// <summary>Numbers of enum CompressionCodec in parquet.thrift; those of our subset.</summary>
internal enum ParquetCodec
{
    Uncompressed = 0,
    Zstd = 6,
}
