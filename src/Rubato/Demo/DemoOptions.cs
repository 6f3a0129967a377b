using Rubato.OrderSystem;

namespace Rubato.Demo;

/// <summary>How the order simulation behind <c>--demo</c> behaves.</summary>
internal sealed record DemoOptions
{
    /// <summary>The OTLP/gRPC receiver, such as <c>http://127.0.0.1:4317</c>.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>What takes OTLP over HTTP instead of a connection to <see cref="Endpoint"/>.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Told of each order when it ends.</summary>
    public Action<OrderResult>? Done { get; init; }

    /// <summary>The same seed gives the same latencies and failures.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>From the start of one order to that of the next; a slower order delays the next one instead of overlapping it.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Stop after this many orders; null: until cancelled.</summary>
    public int? MaxOrders { get; init; }
}
