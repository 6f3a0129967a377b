namespace Rubato.Storage.Parquet;

/// <summary>Physical types of the subset, numbered as in parquet.thrift (enum Type).</summary>
internal enum ParquetType
{
    Boolean = 0,
    Int32 = 1,
    Int64 = 2,
    Double = 5,
    ByteArray = 6,
    FixedLenByteArray = 7,
}
