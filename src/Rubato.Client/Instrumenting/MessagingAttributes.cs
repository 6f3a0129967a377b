namespace Rubato.Client;

/// <summary>Names of messaging attributes (OpenTelemetry's conventions 1.24).</summary>
public static class MessagingAttributes
{
    /// <summary>The product: <c>kafka</c>.</summary>
    public const string System = "messaging.system";

    /// <summary>Topic or queue.</summary>
    public const string Destination = "messaging.destination";

    /// <summary><c>publish</c>, <c>receive</c> or <c>process</c>.</summary>
    public const string Operation = "messaging.operation";
}
