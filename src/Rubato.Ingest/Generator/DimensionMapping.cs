namespace Rubato.Ingest.Generator;

/// <summary>A label made of several attributes: the values that are there, joined.</summary>
public sealed record DimensionMapping(string Name, ValueList<string> SourceLabels, string Join);
