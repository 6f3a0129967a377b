using System.Globalization;
using System.Net;

namespace Rubato.Configuration.Options;

/// <summary>An address to listen on: <c>host:port</c>, <c>:port</c> (every interface) or <c>[v6]:port</c>.</summary>
internal readonly record struct ListenEndpoint(string Host, int Port)
{
    /// <summary>Every interface, IPv4 and IPv6.</summary>
    public bool IsAny => Host is "" or "0.0.0.0" or "::" or "*";

    public bool IsLocalhost => Host.Equals("localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>The address where it needs no name server; false for a host name.</summary>
    public bool TryGetAddress(out IPAddress address)
    {
        address = IsAny ? IPAddress.Any : IPAddress.Loopback;
        if (Host is "::")
            address = IPAddress.IPv6Any;
        if (IsAny || IsLocalhost)
            return true;
        if (!IPAddress.TryParse(Host, out var parsed))
            return false;
        address = parsed;
        return true;
    }

    /// <summary>A scheme or a path in front of or behind the address is a mistake that people make, so it is named.</summary>
    public static bool TryParse(string text, out ListenEndpoint endpoint, out string error)
    {
        endpoint = default;
        error = "";
        var colon = text.LastIndexOf(':');
        if (text.Contains('/', StringComparison.Ordinal))
            error = $"'{text}' must be host:port, without scheme or path";
        else if (colon < 0)
            error = $"'{text}' must be host:port; the port is missing";
        else if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            error = $"'{text}' has a bad port; expected 0 to 65535";
        else
        {
            var host = text[..colon];
            if (host.StartsWith('[') && host.EndsWith(']'))
                host = host[1..^1];
            else if (host.Contains(':', StringComparison.Ordinal))
                error = $"'{text}': write an IPv6 address in brackets, as in [::1]:4317";
            endpoint = new ListenEndpoint(host, port);
        }

        return error.Length == 0;
    }

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
