using Rubato.Model.Columns;

namespace Rubato.Storage.Blocks.V1.Schema;

/// <summary>What names an attribute column: whose, which key, which type.</summary>
internal readonly record struct AttributeKey(AttributeOwner Owner, string Key, ColumnType Type) : IComparable<AttributeKey>
{
    public static AttributeKey ServiceName { get; } = new(AttributeOwner.Resource, "service.name", ColumnType.String);

    public int CompareTo(AttributeKey other)
    {
        var c = Owner.CompareTo(other.Owner);
        if (c == 0) c = string.CompareOrdinal(Key, other.Key);
        return c != 0 ? c : Type.CompareTo(other.Type);
    }
}
