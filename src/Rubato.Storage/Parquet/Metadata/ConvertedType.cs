namespace Rubato.Storage.Parquet.Metadata;

/// <summary>Numbers of enum ConvertedType in parquet.thrift: the older form of logical types, for older readers.</summary>
internal static class ConvertedType
{
    public const int Utf8 = 0;
    public const int UInt32 = 13;
    public const int UInt64 = 14;
}
