namespace Rubato.Model.Columns;

/// <summary>What an attribute belongs to. TraceQL calls <see cref="Scope"/> "instrumentation".</summary>
public enum AttributeOwner : byte
{
    Resource,
    Scope,
    Span,
    Event,
    Link,
}
