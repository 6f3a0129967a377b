namespace Rubato.Model.Spans;

/// <summary>
/// The name of the database that a span calls, for service graphs, be they made as spans come or of stored ones: peer.service, else server.address, else
/// network.peer.address with its port, else what the database attribute says (spec/metrics-generator.md 3.5, as Tempo 3.0).
/// </summary>
public static class CalledDatabase
{
    public const string PeerKey = "peer.service";
    public const string ServerKey = "server.address";
    public const string AddressKey = "network.peer.address";
    public const string PortKey = "network.peer.port";

    /// <summary>Attributes that say that a database is called; of several the first.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["db.namespace", "db.name", "db.system"];

    /// <summary>Puts the better names in place of those of the database attribute. Texts are numbers, one a row, 0 for none; a column that no row has is null.</summary>
    /// <param name="names">What the database attribute says; 0 where the span calls no database, which stays so.</param>
    /// <param name="join">The number of an address with its port, out of both their numbers.</param>
    public static void Name(Span<int> names, int[]? peers, int[]? servers, int[]? addresses, int[]? ports, Func<int, int, int> join)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i] == 0) continue;
            names[i] = peers?[i] is > 0 and var peer ? peer
                : servers?[i] is > 0 and var server ? server
                : addresses?[i] is not (> 0 and var address) ? names[i]
                : ports?[i] is > 0 and var port ? join(address, port)
                : address;
        }
    }
}
