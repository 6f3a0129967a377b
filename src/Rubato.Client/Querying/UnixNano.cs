namespace Rubato.Client;

/// <summary>Nanoseconds since 1970 as .NET's times, which count in 100 ns.</summary>
internal static class UnixNano
{
    public static DateTimeOffset ToTime(long nanos) => DateTimeOffset.UnixEpoch.AddTicks(nanos / TimeSpan.NanosecondsPerTick);

    public static TimeSpan ToDuration(long nanos) => TimeSpan.FromTicks(nanos / TimeSpan.NanosecondsPerTick);
}
