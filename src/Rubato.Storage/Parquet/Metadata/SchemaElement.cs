using Rubato.Storage.Parquet.Thrift;

namespace Rubato.Storage.Parquet.Metadata;

/// <summary>SchemaElement of parquet.thrift, and how a list of them becomes a schema of our subset.</summary>
internal sealed record SchemaElement
{
    public string Name { get; private set; } = "";
    public int Type { get; private set; } = -1;
    public int TypeLength { get; private set; }
    public Repetition Repetition { get; private set; } = Repetition.Required;
    public int ChildCount { get; private set; }
    public ParquetLogicalType LogicalType { get; private set; }

    public static SchemaElement Read(ref ThriftCompactReader thrift)
    {
        var element = new SchemaElement();
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            switch (id)
            {
                case 1: element.Type = thrift.Int32(); break;
                case 2: element.TypeLength = thrift.Int32(); break;
                case 3: element.Repetition = (Repetition)thrift.Int32(); break;
                case 4: element.Name = thrift.String(); break;
                case 5: element.ChildCount = thrift.Int32(); break;
                case 6:
                    int converted = thrift.Int32();
                    if (element.LogicalType == ParquetLogicalType.None)
                    {
                        element.LogicalType = converted switch
                        {
                            ConvertedType.Utf8 => ParquetLogicalType.String,
                            ConvertedType.UInt32 => ParquetLogicalType.UInt32,
                            ConvertedType.UInt64 => ParquetLogicalType.UInt64,
                            _ => ParquetLogicalType.None,
                        };
                    }
                    break;
                case 10 when thrift.Type == ThriftType.Struct: element.ReadLogicalType(ref thrift); break;
                default: thrift.Skip(); break;
            }
        }
        return element;
    }

    public static ParquetSchema ToSchema(List<SchemaElement> elements)
    {
        if (elements.Count == 0 || elements[0].ChildCount < 1 || elements.Count > 2 * ParquetSchema.MaxFields)
            throw new ParquetFormatException($"Parquet schema: {elements.Count} elements; a root with columns was expected.");

        var fields = new List<ParquetField>(elements.Count);
        int at = 1;
        for (int top = 0; top < elements[0].ChildCount; top++)
        {
            SchemaElement element = Take(elements, ref at);
            if (element.ChildCount == 0)
            {
                if (element.Repetition == Repetition.Repeated)
                    throw Unsupported(element.Name, "a repeated column outside a group");
                fields.Add(element.ToField(null));
                continue;
            }
            if (element.Repetition != Repetition.Repeated || element.ChildCount < 0)
                throw Unsupported(element.Name, "a group that is not repeated");
            for (int i = 0; i < element.ChildCount; i++)
            {
                SchemaElement leaf = Take(elements, ref at);
                if (leaf.ChildCount != 0 || leaf.Repetition == Repetition.Repeated)
                    throw Unsupported($"{element.Name}/{leaf.Name}", "nesting deeper than one repeated group");
                fields.Add(leaf.ToField(element.Name));
            }
        }
        if (at != elements.Count)
            throw new ParquetFormatException($"Parquet schema: {elements.Count - at} elements belong to no group. The file is damaged.");

        try
        {
            return new ParquetSchema(fields);
        }
        catch (ArgumentException e)
        {
            throw new ParquetFormatException($"Parquet schema: {e.Message}", e);
        }
    }

    private static SchemaElement Take(List<SchemaElement> elements, ref int at)
        => at < elements.Count ? elements[at++] : throw new ParquetFormatException("Parquet schema: a group has fewer columns than it says. The file is damaged.");

    private ParquetField ToField(string? group)
    {
        if (!Enum.IsDefined((ParquetType)Type))
            throw Unsupported(Name, $"physical type {Type switch { 3 => "INT96", 4 => "FLOAT", _ => $"{Type}" }}");
        if (Repetition is not (Repetition.Required or Repetition.Optional))
            throw Unsupported(Name, $"repetition {(int)Repetition}");
        var type = (ParquetType)Type;
        return new ParquetField(Name, type)
        {
            Group = group,
            IsRequired = Repetition == Repetition.Required,
            FixedLength = type == ParquetType.FixedLenByteArray ? TypeLength : 0,
            LogicalType = LogicalType,
        };
    }

    private void ReadLogicalType(ref ThriftCompactReader thrift)
    {
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            switch (id)
            {
                case 1:
                    LogicalType = ParquetLogicalType.String;
                    thrift.Skip();
                    break;
                case 8 when thrift.Type == ThriftType.Struct: ReadTimestamp(ref thrift); break;
                default: thrift.Skip(); break; // INTEGER has its older form beside it; others mean nothing to us.
            }
        }
    }

    private void ReadTimestamp(ref ThriftCompactReader thrift)
    {
        bool isUtc = false, isNanos = false;
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            if (id == 1)
            {
                isUtc = thrift.Bool();
            }
            else if (id == 2 && thrift.Type == ThriftType.Struct)
            {
                thrift.Enter();
                while (thrift.Next(out short unit))
                {
                    isNanos |= unit == 3;
                    thrift.Skip();
                }
            }
            else
            {
                thrift.Skip();
            }
        }
        if (isUtc && isNanos)
            LogicalType = ParquetLogicalType.TimestampNanosUtc;
    }

    private static ParquetFormatException Unsupported(string column, string what)
        => new($"Parquet column '{column}': {what} is outside the supported subset (top-level columns and repeated groups of columns).") { Column = column };
}
