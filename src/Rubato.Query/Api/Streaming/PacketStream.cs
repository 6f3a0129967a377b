using Grpc.Core;
using Rubato.Model.Otlp;

namespace Rubato.Query.Api.Streaming;

/// <summary>
/// Writes an answer of any length as messages of bounded size (spec/grpc-api.md 3): elements are kept whole, and each message repeats the
/// metrics. Clients merge the messages; gRPC clients refuse messages beyond 4 MiB by default, hence the bound.
/// </summary>
internal sealed class PacketStream(IServerStreamWriter<byte[]> stream, int maxBytes, CancellationToken cancellationToken)
{
    private readonly ProtoWriter _packet = new();

    /// <param name="element">Writes one member of a repeated field. May be called a second time, so it must not change anything.</param>
    /// <param name="metrics">Writes the members that every message has.</param>
    public async ValueTask AddAsync(Action<ProtoWriter> element, Action<ProtoWriter> metrics)
    {
        var before = _packet.Length;
        element(_packet);
        if (before == 0 || _packet.Length <= maxBytes) return;
        _packet.Truncate(before);
        await EndAsync(metrics);
        element(_packet);
    }

    /// <summary>Sends what there is, also when that is the metrics alone.</summary>
    public async ValueTask EndAsync(Action<ProtoWriter> metrics)
    {
        metrics(_packet);
        await stream.WriteAsync(_packet.ToArray(), cancellationToken);
        _packet.Clear();
    }
}
