namespace Rubato.Client;

/// <summary>The types that a value of an attribute can have.</summary>
public enum AttributeValueKind
{
    /// <summary>No value.</summary>
    Empty,

    /// <summary>A text.</summary>
    Text,

    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>A number of double precision.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A list of values.</summary>
    Array,

    /// <summary>Values by name.</summary>
    Map,

    /// <summary>Bytes.</summary>
    Bytes,
}
