using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.Query.ServiceGraph;

/// <summary>Names of databases that spans call (<see cref="CalledDatabase"/>).</summary>
internal static class GraphDatabases
{
    /// <summary>Of each span row the name's number, 0 where it calls none; null where no row does.</summary>
    public static async ValueTask<int[]?> ReadAsync(GraphTexts texts, ISpanSegment segment, ScanContext context)
    {
        var columns = new List<int[]?>();
        foreach (var key in CalledDatabase.Keys) columns.Add(await ColumnAsync(key));
        if (GraphTexts.First(columns) is not { } names) return null;
        var peers = await ColumnAsync(CalledDatabase.PeerKey);
        var servers = await ColumnAsync(CalledDatabase.ServerKey);
        var addresses = await ColumnAsync(CalledDatabase.AddressKey);
        var ports = addresses is null ? null : await ColumnAsync(CalledDatabase.PortKey);
        CalledDatabase.Name(names.AsSpan(0, segment.SpanCount), peers, servers, addresses, ports, (address, port) => texts.NumberOf(texts[address] + ":" + texts[port]));
        return names;

        ValueTask<int[]?> ColumnAsync(string key) => texts.ReadAsync(segment, key, context, AttributeOwner.Resource, AttributeOwner.Span);
    }
}
