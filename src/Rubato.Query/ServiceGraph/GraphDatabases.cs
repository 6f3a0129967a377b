using Rubato.Model.Columns;
using Rubato.Model.Scanning;

namespace Rubato.Query.ServiceGraph;

/// <summary>Names of databases that spans call: peer.service, else server.address, else network.peer.address with its port, else the database attribute.</summary>
internal static class GraphDatabases
{
    private static readonly string[] Keys = ["db.namespace", "db.name", "db.system"];

    /// <summary>Of each span row the name's number, 0 where it calls none; null where no row does.</summary>
    public static async ValueTask<int[]?> ReadAsync(GraphTexts texts, ISpanSegment segment, ScanContext context)
    {
        AttributeOwner[] owners = [AttributeOwner.Resource, AttributeOwner.Span];
        var columns = new List<int[]?>();
        foreach (var key in Keys) columns.Add(await texts.ReadAsync(segment, key, context, owners));
        if (GraphTexts.First(columns) is not { } names) return null;
        var peer = await texts.ReadAsync(segment, "peer.service", context, owners);
        var server = await texts.ReadAsync(segment, "server.address", context, owners);
        var address = await texts.ReadAsync(segment, "network.peer.address", context, owners);
        var port = address is null ? null : await texts.ReadAsync(segment, "network.peer.port", context, owners);
        for (var i = 0; i < segment.SpanCount; i++)
        {
            if (names[i] == 0) continue;
            names[i] = peer?[i] is > 0 and var byPeer ? byPeer
                : server?[i] is > 0 and var byServer ? byServer
                : address?[i] is not (> 0 and var byAddress) ? names[i]
                : port?[i] is > 0 and var byPort ? texts.NumberOf(texts[byAddress] + ":" + texts[byPort])
                : byAddress;
        }

        return names;
    }
}
