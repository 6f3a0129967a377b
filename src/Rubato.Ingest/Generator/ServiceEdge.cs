using Rubato.Model.Spans;

namespace Rubato.Ingest.Generator;

/// <summary>A call between two services, of which perhaps one side has come.</summary>
internal sealed class ServiceEdge
{
    public required TraceId Trace { get; init; }

    public required long ExpiresMs { get; init; }

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
}
