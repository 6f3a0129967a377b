using Rubato.Model.Columns;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Schema;

/// <summary>One column of data.parquet: fixed, an attribute, or an owner's overflow.</summary>
internal sealed class BlockColumn
{
    /// <summary>Its number in the file's schema.</summary>
    public required int Ordinal { get; init; }

    public required ParquetField Field { get; init; }

    public FixedColumn? Fixed { get; init; }

    public AttributeKey? Attribute { get; init; }

    /// <summary>Set for an overflow column.</summary>
    public AttributeOwner? OverflowOf { get; init; }

    /// <summary>Distinct values (or their Bloom filter) go into the index.</summary>
    public bool IndexesStrings => Field.LogicalType == ParquetLogicalType.String;

    public ColumnType ValueType => Field.Type switch
    {
        ParquetType.ByteArray => Field.LogicalType == ParquetLogicalType.String ? ColumnType.String : ColumnType.Any,
        ParquetType.Double => ColumnType.Double,
        ParquetType.Boolean => ColumnType.Bool,
        _ => ColumnType.Int64,
    };
}
