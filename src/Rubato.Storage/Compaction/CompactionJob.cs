using Rubato.Storage.Blocks;

namespace Rubato.Storage.Compaction;

/// <summary>Blocks to be made into one.</summary>
/// <param name="Inputs">Two or more, older ones first.</param>
/// <param name="Window">Number of the time window that they end in.</param>
/// <param name="Level">Of the block that they become.</param>
public sealed record CompactionJob(IReadOnlyList<BlockMeta> Inputs, long Window, int Level);
