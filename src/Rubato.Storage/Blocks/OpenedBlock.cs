using Rubato.Model.Scanning;

namespace Rubato.Storage.Blocks;

/// <param name="Segments">What a query should look at; none when the block has not what it looks for.</param>
/// <param name="Size">Bytes of the block's data.</param>
/// <param name="Problem">What is wrong with it, for the answer.</param>
/// <param name="IsThere">False: it is gone, or set aside.</param>
internal readonly record struct OpenedBlock(IReadOnlyList<ISpanSegment> Segments, long Size, string? Problem = null, bool IsThere = true);
