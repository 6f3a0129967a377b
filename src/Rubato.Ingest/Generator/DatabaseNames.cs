namespace Rubato.Ingest.Generator;

/// <summary>
/// The name of the database that a span calls: peer.service, else server.address, else network.peer.address with its port, else what the database attribute says
/// (spec/metrics-generator.md 3.5, as Tempo 3.0).
/// </summary>
internal static class DatabaseNames
{
    public static int[] Of(SliceTexts texts, int[] fallback)
    {
        var peer = texts.ResourceThenSpan("peer.service");
        var server = texts.ResourceThenSpan("server.address");
        var address = texts.ResourceThenSpan("network.peer.address");
        var port = texts.ResourceThenSpan("network.peer.port");
        var rows = texts.Rent();
        for (var i = 0; i < texts.Slice.Count; i++)
        {
            if (fallback[i] == 0) continue;
            rows[i] = peer is not null && peer[i] != 0 ? peer[i]
                : server is not null && server[i] != 0 ? server[i]
                : address is null || address[i] == 0 ? fallback[i]
                : port is null || port[i] == 0 ? address[i]
                : texts.NumberOf(texts[address[i]] + ":" + texts[port[i]]);
        }

        return rows;
    }
}
