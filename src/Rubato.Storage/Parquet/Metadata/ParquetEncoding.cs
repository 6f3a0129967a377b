namespace Rubato.Storage.Parquet.Metadata;

/// <summary>Numbers of enum Encoding in parquet.thrift; those of our subset.</summary>
internal enum ParquetEncoding
{
    Plain = 0,
    PlainDictionary = 2,
    Rle = 3,
    DeltaBinaryPacked = 5,
    DeltaLengthByteArray = 6,
    RleDictionary = 8,
}
