namespace Rubato.Storage.Wal;

/// <summary>Record numbers, both ends included.</summary>
public readonly record struct WalRecordRange(long First, long Last);
