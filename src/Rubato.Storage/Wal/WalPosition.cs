namespace Rubato.Storage.Wal;

/// <summary>
/// The number of a record: strictly increasing over the life of a WAL folder, restarts included, with gaps.
/// It is what a block names in <c>walRecords</c>.
/// </summary>
public readonly record struct WalPosition(long Sequence);
