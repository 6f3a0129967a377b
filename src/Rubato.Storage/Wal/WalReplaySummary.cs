namespace Rubato.Storage.Wal;

/// <param name="Records">Records returned.</param>
/// <param name="Skipped">Sound records that a block already holds.</param>
/// <param name="Bytes">Payload bytes returned.</param>
/// <param name="TornTails">Segments whose unfinished last write was cut off.</param>
/// <param name="TornBytes">Bytes cut off.</param>
/// <param name="Damages">Damaged stretches that were skipped, each of one or more records.</param>
/// <param name="DamagedBytes">Bytes in them.</param>
public readonly record struct WalReplaySummary(
    long Segments, long Records, long Skipped, long Bytes, long TornTails, long TornBytes, long Damages, long DamagedBytes);
