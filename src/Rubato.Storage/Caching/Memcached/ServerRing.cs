using System.IO.Hashing;
using System.Text;

namespace Rubato.Storage.Caching.Memcached;

/// <summary>Which server has a key. Immutable.</summary>
internal sealed class ServerRing
{
    // 160 points a server: shares differ by a few per cent.
    private const int PointsPerServer = 160;

    private readonly string[] _servers;
    private readonly ulong[] _points;
    private readonly int[] _owners;

    /// <param name="isConsistent">False: by remainder, which is even but moves nearly every key when the number of servers changes.</param>
    public ServerRing(IEnumerable<string> servers, bool isConsistent)
    {
        // In one order, whoever named them in which: all processes must agree.
        _servers = [.. servers.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        _points = new ulong[isConsistent ? _servers.Length * PointsPerServer : 0];
        _owners = new int[_points.Length];
        for (var i = 0; i < _points.Length; i++)
        {
            _owners[i] = i / PointsPerServer;
            _points[i] = Hash($"{_servers[_owners[i]]}-{i % PointsPerServer}");
        }

        Array.Sort(_points, _owners);
    }

    public IReadOnlyList<string> Servers => _servers;

    /// <summary>Null: there are no servers.</summary>
    public string? ServerOf(string key)
    {
        if (_servers.Length == 0)
            return null;
        var hash = Hash(key);
        if (_points.Length == 0)
            return _servers[hash % (ulong)_servers.Length];
        var place = Array.BinarySearch(_points, hash);
        place = place < 0 ? ~place : place;
        return _servers[_owners[place == _points.Length ? 0 : place]];
    }

    private static ulong Hash(string text) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text));
}
