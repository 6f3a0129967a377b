using Rubato.Commands.Load.Encodings;
using Rubato.Model.Otlp;

namespace Rubato.Commands.Load;

/// <summary>Writes the requests of one connection into buffers that it keeps for the next.</summary>
/// <param name="split">Whether each resource's spans are a message of their own, as the SDK of each process sends them.</param>
internal sealed class LoadWriter(LoadShape shape, LoadProtocol protocol, bool split = false)
{
    private readonly LoadMessages _messages = new();
    private readonly ILoadEncoding _encoding = protocol.CreateEncoding();
    private readonly byte[] _otlp = new byte[shape.MaxRequestBytes];

    /// <summary>The request's messages, valid until the next call.</summary>
    public LoadMessages Write(LoadRequest request)
    {
        _messages.Clear();
        ReadOnlySpan<byte> otlp = _otlp.AsSpan(0, shape.Write(request.Number, _otlp));
        if (!split)
        {
            _encoding.Encode(otlp, request.SpanCount, _messages);
            return _messages;
        }

        // Each field of the request is a resource, and alone it is a request too.
        var reader = new WireReader(otlp);
        while (!reader.AtEnd)
        {
            int from = reader.Position;
            if (!reader.TryReadTag(out _, out _) || !reader.TryReadBytes(out ReadOnlySpan<byte> resource))
            {
                throw new InvalidOperationException($"the generated request is malformed at byte {from}");
            }

            _encoding.Encode(otlp[from..reader.Position], new SentResource(resource).SpanCount, _messages);
        }

        return _messages;
    }
}
