namespace Rubato.Storage.Blocks;

/// <param name="Bytes">Memory held now.</param>
/// <param name="Hits">Times that what was asked for was there.</param>
/// <param name="Misses">Times that it was not.</param>
public readonly record struct BlockCacheFigures(long Bytes, long Hits, long Misses);
