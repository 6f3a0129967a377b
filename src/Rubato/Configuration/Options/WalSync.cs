namespace Rubato.Configuration.Options;

/// <summary>When the log is forced to disk: before each acknowledgement, at least every interval, or never.</summary>
internal readonly record struct WalSync(WalSyncMode Mode, TimeSpan Interval)
{
    public static WalSync Always { get; } = new(WalSyncMode.Always, TimeSpan.Zero);

    public static WalSync Never { get; } = new(WalSyncMode.Never, TimeSpan.Zero);

    public static bool TryParse(string text, out WalSync sync, out string error)
    {
        error = "";
        sync = text switch { "always" => Always, "never" => Never, _ => default };
        if (text is "always" or "never")
            return true;

        if (ConfigDuration.TryParse(text, out var interval, out _) && interval > TimeSpan.Zero)
        {
            sync = new WalSync(WalSyncMode.Interval, interval);
            return true;
        }

        error = $"'{text}' must be always, never, or a duration such as 100ms";
        return false;
    }

    public override string ToString() => Mode switch
    {
        WalSyncMode.Always => "always",
        WalSyncMode.Never => "never",
        _ => ConfigDuration.Format(Interval),
    };
}
