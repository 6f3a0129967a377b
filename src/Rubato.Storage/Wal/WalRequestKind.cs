namespace Rubato.Storage.Wal;

internal enum WalRequestKind
{
    Append,
    Flush,
    Rotate,
    Trim,
}
