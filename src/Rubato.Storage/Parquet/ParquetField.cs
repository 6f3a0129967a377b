namespace Rubato.Storage.Parquet;

/// <summary>
/// One leaf column. A dot in the name is an ordinary character: <c>span.http.url</c> is one schema element.
/// Fields that share a <see cref="Group"/> must stand side by side; together they are one top-level repeated group.
/// </summary>
internal sealed record ParquetField(string Name, ParquetType Type)
{
    public ParquetLogicalType LogicalType { get; init; }

    /// <summary>True when every row (of a group: every child row) has a value.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Bytes of a value of a fixed-length column; 0 for every other type.</summary>
    public int FixedLength { get; init; }

    /// <summary>Name of the repeated group this field belongs to; null for a top-level column.</summary>
    public string? Group { get; init; }

    public bool IsRepeated => Group is not null;
    public int MaxRepetitionLevel => IsRepeated ? 1 : 0;
    public int MaxDefinitionLevel => (IsRepeated ? 1 : 0) + (IsRequired ? 0 : 1);

    /// <summary>For messages: <c>events/name</c> or <c>span.http.url</c>.</summary>
    public string Path => Group is null ? Name : $"{Group}/{Name}";

    public static ParquetField String(string name) => new(name, ParquetType.ByteArray) { LogicalType = ParquetLogicalType.String };
    public static ParquetField Bytes(string name) => new(name, ParquetType.ByteArray);
    public static ParquetField Fixed(string name, int length) => new(name, ParquetType.FixedLenByteArray) { FixedLength = length };
    public static ParquetField Boolean(string name) => new(name, ParquetType.Boolean);
    public static ParquetField Int32(string name) => new(name, ParquetType.Int32);
    public static ParquetField Int64(string name) => new(name, ParquetType.Int64);
    public static ParquetField Double(string name) => new(name, ParquetType.Double);

    /// <summary>An instant in nanoseconds since 1970, UTC, as INT64.</summary>
    public static ParquetField Timestamp(string name) => new(name, ParquetType.Int64) { LogicalType = ParquetLogicalType.TimestampNanosUtc };

    /// <summary>The same field, present in every row.</summary>
    public ParquetField Required() => this with { IsRequired = true };

    /// <summary>The same field, as a member of a repeated group.</summary>
    public ParquetField In(string group) => this with { Group = group };
}
