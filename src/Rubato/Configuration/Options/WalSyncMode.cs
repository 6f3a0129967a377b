namespace Rubato.Configuration.Options;

internal enum WalSyncMode
{
    Always,
    Interval,
    Never,
}
