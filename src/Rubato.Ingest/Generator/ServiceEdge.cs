using Rubato.Model.Spans;

namespace Rubato.Ingest.Generator;

/// <summary>A call between two services, of which perhaps one side has come.</summary>
internal sealed class ServiceEdge
{
    public TraceId Trace { get; private set; }

    public long ExpiresMs { get; private set; }

    public string Client { get; set; } = "";

    public string Server { get; set; } = "";

    public string ConnectionType { get; set; } = "";

    /// <summary>What the client span says about whom it called, when that is not traced itself.</summary>
    public string Peer { get; set; } = "";

    public double ClientSeconds { get; set; }

    public double ServerSeconds { get; set; }

    public long ClientEndNano { get; set; }

    public long ServerStartNano { get; set; }

    public bool Failed { get; set; }

    /// <summary>The server span has no parent: whoever called it is not traced.</summary>
    public bool IsRoot { get; set; }

    public double Multiplier { get; set; } = 1;

    /// <summary>A side was filtered out: the other one makes no metrics either.</summary>
    public bool IsFiltered { get; set; }

    /// <summary>Label names and values of the dimensions; null when there are none.</summary>
    public SortedDictionary<string, string>? Dimensions { get; set; }

    public bool IsComplete => Client.Length > 0 && Server.Length > 0;

    /// <summary>An edge of a trace of which no side is known; what was in it before is gone.</summary>
    public void Begin(TraceId trace, long expiresMs)
    {
        (Trace, ExpiresMs) = (trace, expiresMs);
        Client = Server = ConnectionType = Peer = "";
        (ClientSeconds, ServerSeconds, ClientEndNano, ServerStartNano) = (0, 0, 0, 0);
        (Failed, IsRoot, IsFiltered, Multiplier, Dimensions) = (false, false, false, 1, null);
    }
}
