namespace Rubato.Storage.Blocks.Verification;

/// <summary>What a look at every byte of a block found.</summary>
/// <param name="Block">The block's folder.</param>
/// <param name="Problems">In words, each naming the object; empty: the block is sound.</param>
/// <param name="ProblemCount">More than are listed where a mistake is on every row.</param>
public sealed record BlockVerification(string Block, IReadOnlyList<string> Problems, long ProblemCount, long Spans, long Traces, long Bytes);
