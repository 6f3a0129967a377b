namespace Rubato.TraceQL.Syntax;

/// <summary>The type of an expression as far as it is known before any data is read (spec/traceql.md 5.4).</summary>
public enum StaticType : byte
{
    Nil,

    /// <summary>An attribute: its type is known only span by span.</summary>
    Attribute,
    Int,
    Float,
    String,
    Bool,
    Duration,
    Status,
    Kind,
}
