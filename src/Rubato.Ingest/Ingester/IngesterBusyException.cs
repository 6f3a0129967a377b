namespace Rubato.Ingest.Ingester;

/// <summary>The request cannot be taken now and may be sent again; the message is for the sender.</summary>
public sealed class IngesterBusyException(string message) : Exception(message);
