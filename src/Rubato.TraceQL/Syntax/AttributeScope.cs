namespace Rubato.TraceQL.Syntax;

/// <summary>Where an attribute is looked for (spec/traceql.md 4.1).</summary>
public enum AttributeScope : byte
{
    /// <summary><c>.x</c>: the span's attribute of that key, else the resource's.</summary>
    Unscoped,
    Span,
    Resource,
    Event,
    Link,
    Instrumentation,

    /// <summary>The three parent scopes are read and then refused by validation.</summary>
    Parent,
    ParentSpan,
    ParentResource,
}
