namespace Rubato.Storage.Parquet.Metadata;

/// <summary>Numbers of enum FieldRepetitionType in parquet.thrift.</summary>
internal enum Repetition
{
    Required = 0,
    Optional = 1,
    Repeated = 2,
}
