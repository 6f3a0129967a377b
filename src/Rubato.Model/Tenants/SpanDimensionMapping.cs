namespace Rubato.Model.Tenants;

/// <summary>A label made of several attributes: the values that are there, joined.</summary>
public sealed record SpanDimensionMapping(string Name, IReadOnlyList<string> SourceLabels, string Join);
