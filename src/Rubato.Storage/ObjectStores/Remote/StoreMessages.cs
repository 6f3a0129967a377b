using System.Globalization;

namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>A fault in words: what was tried, where, why it failed, what to do.</summary>
internal static class StoreMessages
{
    /// <param name="subject">The key or prefix; empty for all.</param>
    public static ObjectStoreException Compose(IStoreProtocol protocol, StoreAction action, string subject, StoreError error, TimeSpan? clockSkew, Exception? inner)
    {
        var verb = action switch
        {
            StoreAction.Read => "read",
            StoreAction.Write => "write",
            StoreAction.List => "list",
            _ => "delete",
        };
        var answer = error.StatusCode > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({error.StatusCode} {error.Code})") : "";
        var message = $"{protocol.Backend}: cannot {verb} {(subject.Length == 0 ? "objects" : subject)} in {protocol.Place}: {Cause(error)}{answer}{Skew(error, clockSkew)}. {Advice(protocol, action, error)}";
        return new ObjectStoreException(error.Fault, message, error.StatusCode, inner);
    }

    private static string Cause(StoreError error) => error.Fault switch
    {
        StoreFault.Credentials => "the store does not accept the credentials: " + Sentence(error.Detail),
        StoreFault.Permission => "access denied",
        StoreFault.BucketMissing => "there is no such bucket",
        StoreFault.ClockSkew => "the clocks of this machine and of the store are too far apart for signed requests",
        StoreFault.Unreachable => "no connection: " + Sentence(error.Detail),
        StoreFault.Tls => "TLS failed: " + Sentence(error.Detail),
        StoreFault.TimedOut => "no answer in time" + (error.Detail.Length > 0 ? ": " + Sentence(error.Detail) : ""),
        StoreFault.Throttled => "the store asks for fewer requests",
        StoreFault.Unavailable => "the store failed: " + Sentence(error.Detail),
        _ => Sentence(error.Detail),
    };

    private static string Skew(StoreError error, TimeSpan? skew) =>
        error.Fault == StoreFault.ClockSkew && skew is { } by
            ? string.Create(CultureInfo.InvariantCulture, $"; this one is {Math.Abs(by.TotalSeconds):0} s {(by < TimeSpan.Zero ? "ahead" : "behind")}")
            : "";

    private static string Advice(IStoreProtocol protocol, StoreAction action, StoreError error)
    {
        var section = "storage.trace." + protocol.Backend;
        return error.Fault switch
        {
            StoreFault.Credentials => $"Check the keys of {section} or of the environment; docs/operating/object-stores.md lists where credentials are looked for.",
            StoreFault.Permission => $"Allow {protocol.PermissionFor(action)}.",
            StoreFault.BucketMissing => $"Create it or correct {section}; Rubato never creates buckets.",
            StoreFault.ClockSkew => "Set this machine's clock (NTP).",
            StoreFault.Unreachable => $"Check the endpoint of {section}, DNS, proxies and firewalls.",
            StoreFault.Tls => $"Check {section}.insecure (a plain HTTP port?) and the authority that signed the certificate.",
            StoreFault.TimedOut or StoreFault.Unavailable => "It was tried again as often as configured; see the store's own state.",
            StoreFault.Throttled => "It was tried again as often as configured; ask the store's owner for a higher limit or use fewer, larger blocks.",
            StoreFault.CircuitOpen => "It is asked again in a moment.",
            _ => $"Check {section}.",
        };
    }

    private static string Sentence(string text) => text.Trim().TrimEnd('.');
}
