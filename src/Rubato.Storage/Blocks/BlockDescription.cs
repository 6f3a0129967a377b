using Rubato.Model.Scanning;

namespace Rubato.Storage.Blocks;

/// <summary>What a block is made of, for people.</summary>
public sealed record BlockDescription(IReadOnlyList<RowGroupDescription> RowGroups, IReadOnlyList<BlockColumnDescription> Columns, int TraceCount);

/// <summary>One row group.</summary>
public sealed record RowGroupDescription(int SpanCount, int TraceCount, int EventCount, int LinkCount, TimeRange TimeRange);

/// <param name="Name">As other tools see it; members of a repeated group as <c>events/name</c>.</param>
/// <param name="Type">Physical and logical type.</param>
/// <param name="ValueCount">Rows with a value.</param>
/// <param name="Bytes">In the file, over all row groups.</param>
/// <param name="HasDictionary">In every row group that has values.</param>
/// <param name="Index">What index.bin holds: bounds, dictionary, bloom, or nothing.</param>
public sealed record BlockColumnDescription(string Name, string Type, long ValueCount, long Bytes, bool HasDictionary, string Index);
