using System.Text.Json;
using Rubato.Model.Columns;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Schema;

/// <summary>The columns of one block's data.parquet in file order, and what each of them means.</summary>
internal sealed class BlockSchema
{
    public const string Version = "rubato1";

    /// <summary>Key of the footer's metadata with the format's name.</summary>
    public const string VersionMetadata = "rubato.version";

    /// <summary>Key of the footer's metadata with the attribute columns: a JSON array of [column, owner, key, type].</summary>
    public const string ColumnsMetadata = "rubato.columns";

    private const string OverflowType = "overflow";

    private readonly BlockColumn?[] _fixed = new BlockColumn?[(int)SpanColumn.NestedSetParent + 1];
    private readonly BlockColumn?[] _overflow = new BlockColumn?[5];

    private ParquetSchema? _parquet;

    private BlockSchema(List<BlockColumn> columns)
    {
        Columns = columns;
        var attributes = new List<BlockColumn>();
        foreach (var column in columns)
        {
            if (column.Fixed is { } known) _fixed[(int)known.Column] = column;
            else if (column.OverflowOf is { } owner) _overflow[(int)owner] = column;
            else attributes.Add(column);
        }

        Attributes = attributes;
    }

    /// <summary>The columns as the Parquet file has them; made once and shared with the file's reader.</summary>
    public ParquetSchema Parquet => _parquet ??= ToParquet();

    public IReadOnlyList<BlockColumn> Columns { get; }

    public IReadOnlyList<BlockColumn> Attributes { get; }

    public BlockColumn this[SpanColumn column] => _fixed[(int)column]!;

    public BlockColumn? Overflow(AttributeOwner owner) => _overflow[(int)owner];

    /// <param name="attributes">Attribute columns, sorted.</param>
    /// <param name="overflows">Owners with an overflow column.</param>
    public static BlockSchema Create(IReadOnlyList<AttributeKey> attributes, Predicate<AttributeOwner> overflows)
    {
        var columns = new List<BlockColumn>(attributes.Count + 48);
        var names = new ColumnNames();
        foreach (var known in FixedColumn.OfSpans) Add(known);
        AddAttributes(AttributeOwner.Resource);
        AddAttributes(AttributeOwner.Scope);
        AddAttributes(AttributeOwner.Span);
        foreach (var known in FixedColumn.OfEvents) Add(known);
        AddAttributes(AttributeOwner.Event);
        foreach (var known in FixedColumn.OfLinks) Add(known);
        AddAttributes(AttributeOwner.Link);
        return new BlockSchema(columns);

        void Add(FixedColumn known) => columns.Add(new BlockColumn { Ordinal = columns.Count, Field = known.Field, Fixed = known });

        void AddAttributes(AttributeOwner owner)
        {
            foreach (var attribute in attributes)
            {
                if (attribute.Owner == owner) columns.Add(AttributeColumn(columns.Count, names.Take(attribute), attribute));
            }

            if (overflows(owner)) columns.Add(OverflowColumn(columns.Count, ColumnNames.Overflow(owner), owner));
        }
    }

    /// <summary>A schema from its columns, in file order.</summary>
    /// <exception cref="InvalidDataException">A fixed column is missing.</exception>
    public static BlockSchema Of(List<BlockColumn> columns)
    {
        var schema = new BlockSchema(columns);
        foreach (var known in FixedColumn.OfSpans.Concat(FixedColumn.OfEvents).Concat(FixedColumn.OfLinks))
        {
            if (schema._fixed[(int)known.Column] is null) throw new InvalidDataException($"column '{known.Field.Path}' is missing");
        }

        return schema;
    }

    public static BlockColumn OverflowColumn(int ordinal, string name, AttributeOwner owner) =>
        new() { Ordinal = ordinal, Field = ParquetField.Bytes(name) with { Group = GroupOf(owner) }, OverflowOf = owner };

    public static BlockColumn AttributeColumn(int ordinal, string name, AttributeKey key) =>
        new() { Ordinal = ordinal, Field = FieldOf(name, key.Type) with { Group = GroupOf(key.Owner) }, Attribute = key };

    public ParquetSchema ToParquet() => new(Columns.Select(c => c.Field));

    public void WriteMetadata(ParquetFileWriter writer)
    {
        writer.AddMetadata(VersionMetadata, Version);
        using var json = new MemoryStream();
        using (var array = new Utf8JsonWriter(json))
        {
            array.WriteStartArray();
            foreach (var column in Columns)
            {
                if (column.Fixed is not null) continue;
                array.WriteStartArray();
                array.WriteStringValue(column.Field.Name);
                array.WriteStringValue(ColumnNames.Of(column.OverflowOf ?? column.Attribute!.Value.Owner));
                array.WriteStringValue(column.Attribute?.Key ?? "");
                array.WriteStringValue(column.Attribute is { } a ? ColumnNames.Of(a.Type) : OverflowType);
                array.WriteEndArray();
            }

            array.WriteEndArray();
        }

        writer.AddMetadata(ColumnsMetadata, System.Text.Encoding.UTF8.GetString(json.ToArray()));
    }

    /// <summary>The schema of a file that we wrote; anything else is refused in words.</summary>
    /// <exception cref="ParquetFormatException">The file is not a rubato1 data file.</exception>
    public static BlockSchema Read(ParquetSchema schema, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(VersionMetadata, out var version))
            throw new ParquetFormatException($"not written by Rubato: the footer has no '{VersionMetadata}'");
        if (version != Version) throw new ParquetFormatException($"format '{version}' cannot be read; this release reads '{Version}'");
        if (!metadata.TryGetValue(ColumnsMetadata, out var json)) throw new ParquetFormatException($"the footer has no '{ColumnsMetadata}'");

        var columns = new BlockColumn?[schema.Count];
        foreach (var known in FixedColumn.OfSpans.Concat(FixedColumn.OfEvents).Concat(FixedColumn.OfLinks))
        {
            var ordinal = schema.IndexOf(known.Field.Name, known.Field.Group);
            if (ordinal < 0) throw new ParquetFormatException($"column '{known.Field.Path}' is missing");
            if (schema[ordinal] != known.Field) throw new ParquetFormatException($"column '{known.Field.Path}' has another type than {Version} gives it");
            columns[ordinal] = new BlockColumn { Ordinal = ordinal, Field = schema[ordinal], Fixed = known };
        }

        ReadAttributes(schema, json, columns);
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i] is null) throw new ParquetFormatException($"column '{schema[i].Path}' is not named in '{ColumnsMetadata}'");
        }

        return new BlockSchema([.. columns.Select(c => c!)]);
    }

    private static void ReadAttributes(ParquetSchema schema, string json, BlockColumn?[] columns)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var entry in document.RootElement.EnumerateArray())
            {
                var name = entry[0].GetString() ?? "";
                var type = entry[3].GetString();
                if (!ColumnNames.TryParse(entry[1].GetString(), out AttributeOwner owner))
                    throw new ParquetFormatException($"column '{name}' has the unknown owner '{entry[1].GetString()}'");
                var ordinal = schema.IndexOf(name, GroupOf(owner));
                if (ordinal < 0) throw new ParquetFormatException($"column '{name}' is missing");
                if (columns[ordinal] is not null) throw new ParquetFormatException($"column '{name}' is named twice");
                if (type == OverflowType)
                {
                    Check(ParquetField.Bytes(name), ordinal);
                    columns[ordinal] = new BlockColumn { Ordinal = ordinal, Field = schema[ordinal], OverflowOf = owner };
                    continue;
                }

                if (!ColumnNames.TryParse(type, out ColumnType valueType)) throw new ParquetFormatException($"column '{name}' has the unknown type '{type}'");
                Check(FieldOf(name, valueType), ordinal);
                columns[ordinal] = new BlockColumn
                {
                    Ordinal = ordinal,
                    Field = schema[ordinal],
                    Attribute = new AttributeKey(owner, entry[2].GetString() ?? "", valueType),
                };
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new ParquetFormatException($"'{ColumnsMetadata}' in the footer is not the expected JSON", e);
        }

        void Check(ParquetField expected, int ordinal)
        {
            var found = schema[ordinal];
            if (found.Type != expected.Type || found.LogicalType != expected.LogicalType || found.IsRequired)
                throw new ParquetFormatException($"column '{found.Path}' is {found.Type} {found.LogicalType}, not {expected.Type} {expected.LogicalType}");
        }
    }

    private static string? GroupOf(AttributeOwner owner) => owner switch
    {
        AttributeOwner.Event => FixedColumn.EventGroup,
        AttributeOwner.Link => FixedColumn.LinkGroup,
        _ => null,
    };

    private static ParquetField FieldOf(string name, ColumnType type) => type switch
    {
        ColumnType.String => ParquetField.String(name),
        ColumnType.Int64 => ParquetField.Int64(name),
        ColumnType.Double => ParquetField.Double(name),
        ColumnType.Bool => ParquetField.Boolean(name),
        ColumnType.Any => ParquetField.Bytes(name),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
