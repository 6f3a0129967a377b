namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>Why a store did not do what it was asked. The word of the log and of the retry metric.</summary>
public enum StoreFault
{
    /// <summary>Nobody, or somebody whom the store does not know: no credentials found, wrong key, bad signature, expired token.</summary>
    Credentials,

    /// <summary>The store knows who asks and does not let him.</summary>
    Permission,

    /// <summary>The bucket (container) is not there.</summary>
    BucketMissing,

    /// <summary>The clocks of the two machines are too far apart for signed requests.</summary>
    ClockSkew,

    /// <summary>No connection: name, route, port.</summary>
    Unreachable,

    /// <summary>A connection, but no agreement on encryption or no trust in the certificate.</summary>
    Tls,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>The store asks for fewer requests.</summary>
    Throttled,

    /// <summary>The store failed: 5xx, or an answer that broke off.</summary>
    Unavailable,

    /// <summary>Not asked: it failed again and again a moment ago.</summary>
    CircuitOpen,

    /// <summary>Refused for a reason that is none of the others; the store's own words say which.</summary>
    Refused,
}
