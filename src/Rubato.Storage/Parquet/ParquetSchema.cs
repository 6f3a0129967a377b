namespace Rubato.Storage.Parquet;

/// <summary>The columns of a file in the order in which they are written. Immutable.</summary>
internal sealed class ParquetSchema
{
    /// <summary>A guard against damaged footers, far above the 512 columns that a block may have.</summary>
    public const int MaxFields = 16 * 1024;

    private readonly ParquetField[] _fields;
    private readonly Dictionary<(string? Group, string Name), int> _byName;

    public ParquetSchema(IEnumerable<ParquetField> fields)
    {
        _fields = [.. fields];
        if (_fields.Length is 0 or > MaxFields)
            throw new ArgumentException($"A schema needs 1 to {MaxFields} columns, not {_fields.Length}.", nameof(fields));

        _byName = new Dictionary<(string?, string), int>(_fields.Length);
        var topLevel = new HashSet<string>(StringComparer.Ordinal);
        string? previousGroup = null;
        for (int i = 0; i < _fields.Length; i++)
        {
            ParquetField field = _fields[i];
            Check(field);
            if (!_byName.TryAdd((field.Group, field.Name), i))
                throw new ArgumentException($"Column '{field.Path}' appears twice.", nameof(fields));

            bool opensElement = field.Group is null || field.Group != previousGroup;
            if (opensElement && !topLevel.Add(field.Group ?? field.Name))
                throw new ArgumentException($"Top-level name '{field.Group ?? field.Name}' appears twice, or its group is torn apart.", nameof(fields));
            previousGroup = field.Group;
        }
    }

    public IReadOnlyList<ParquetField> Fields => _fields;

    public int Count => _fields.Length;

    public ParquetField this[int column] => _fields[column];

    /// <summary>The index of a column, or -1.</summary>
    public int IndexOf(string name, string? group = null) => _byName.TryGetValue((group, name), out int i) ? i : -1;

    private static void Check(ParquetField field)
    {
        if (string.IsNullOrEmpty(field.Name) || field.Group is { Length: 0 })
            throw new ArgumentException("A column and its group need a name.");
        bool isFixed = field.Type == ParquetType.FixedLenByteArray;
        if (isFixed ? field.FixedLength is < 1 or > 4096 : field.FixedLength != 0)
            throw new ArgumentException($"Column '{field.Path}': a fixed length of {field.FixedLength} does not fit {field.Type} (1 to 4096 for fixed bytes, else 0).");
        ParquetType? demanded = field.LogicalType switch
        {
            ParquetLogicalType.String => ParquetType.ByteArray,
            ParquetLogicalType.TimestampNanosUtc or ParquetLogicalType.UInt64 => ParquetType.Int64,
            ParquetLogicalType.UInt32 => ParquetType.Int32,
            _ => null,
        };
        if (demanded is { } type && type != field.Type)
            throw new ArgumentException($"Column '{field.Path}': {field.LogicalType} needs {type}, not {field.Type}.");
    }
}
