namespace Rubato.Query.ServiceGraph;

/// <summary>Calls of one service to another.</summary>
internal sealed class GraphEdge
{
    public long Calls { get; set; }

    public long Failed { get; set; }

    public double ClientSeconds { get; set; }

    public double ServerSeconds { get; set; }
}

/// <summary>What a connection is, with the words of the label <c>connection_type</c>.</summary>
internal enum ConnectionType : byte
{
    Direct,
    MessagingSystem,
    Database,

    /// <summary>The caller is not traced.</summary>
    VirtualClient,

    /// <summary>The called one is not traced.</summary>
    VirtualServer,
}
