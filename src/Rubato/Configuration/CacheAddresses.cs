using System.Globalization;
using System.Net;

namespace Rubato.Configuration;

/// <summary>Lists of cache servers as Tempo's keys name them.</summary>
internal static class CacheAddresses
{
    public const int MemcachedPort = 11211;
    public const int RedisPort = 6379;

    private const int MaxHostBytes = 253;

    private static readonly string[] s_prefixes = ["dns+", "dnssrv+", "dnssrvnoa+"];

    /// <summary><c>host:port</c> of each, once; <paramref name="wrong"/> is the first that is no address.</summary>
    public static IReadOnlyList<string> Parse(string servers, int defaultPort, out string? wrong)
    {
        wrong = null;
        var found = new List<string>();
        foreach (var server in servers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Address(server, defaultPort) is not { } address)
                wrong ??= server;
            else if (!found.Contains(address))
                found.Add(address);
        }

        return found;
    }

    private static string? Address(string server, int defaultPort)
    {
        var prefix = Array.Find(s_prefixes, p => server.StartsWith(p, StringComparison.Ordinal)) ?? "";
        var name = server[prefix.Length..];
        // _memcached._tcp.cache.example: the first two labels are the record's, not the host's.
        while (prefix.Length > "dns+".Length && name.StartsWith('_') && name.Contains('.', StringComparison.Ordinal))
            name = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];

        // An IPv6 address without a port has colons too.
        var (first, last) = (name.IndexOf(':', StringComparison.Ordinal), name.LastIndexOf(':'));
        var colon = name.StartsWith('[') ? name.IndexOf("]:", StringComparison.Ordinal) + 1 : first == last ? first : -1;
        var (host, portText) = colon > 0 ? (name[..colon], name[(colon + 1)..]) : (name, "");
        var port = defaultPort;
        if (portText.Length > 0 && (!int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65_535))
            return null;
        host = host.Trim('[', ']');
        if (host.Contains(':', StringComparison.Ordinal))
            return IPAddress.TryParse(host, out _) ? string.Create(CultureInfo.InvariantCulture, $"[{host}]:{port}") : null;
        if (host.Length is 0 or > MaxHostBytes || host.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')))
            return null;
        return string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
    }
}
