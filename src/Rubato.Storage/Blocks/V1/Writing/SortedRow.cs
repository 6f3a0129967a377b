namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>A row on its way through the sort: half a trace id, and where it comes from.</summary>
internal readonly record struct SortedRow(ulong Key, int Batch, int Row);
