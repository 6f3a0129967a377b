namespace Rubato.Configuration.Schema;

/// <summary>What the file may hold at one place.</summary>
internal abstract class SchemaNode;
