namespace Rubato.Model.Columns;

/// <summary>One attribute column of a batch or segment: whose, which key, which type, and its values.</summary>
public sealed record AttributeColumn(AttributeOwner Owner, string Key, ColumnVector Values)
{
    public ColumnType Type => Values.Type;
}
