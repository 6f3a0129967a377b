using Rubato.Commands.Load.Encodings;

namespace Rubato.Commands.Load;

/// <summary>Writes the requests of one connection into buffers that it keeps for the next.</summary>
internal sealed class LoadWriter(LoadShape shape, LoadProtocol protocol)
{
    private readonly LoadMessages _messages = new();
    private readonly ILoadEncoding? _encoding = protocol.CreateEncoding?.Invoke();
    private readonly byte[] _otlp = protocol.CreateEncoding is null ? [] : new byte[shape.MaxRequestBytes];

    /// <summary>The request's messages, valid until the next call.</summary>
    public LoadMessages Write(LoadRequest request)
    {
        _messages.Clear();
        if (_encoding is not null)
        {
            int length = shape.Write(request.Number, _otlp);
            _encoding.Encode(_otlp.AsSpan(0, length), _messages);
            return _messages;
        }

        _messages.Begin();
        _messages.Advance(shape.Write(request.Number, _messages.GetSpan(shape.MaxRequestBytes)));
        _messages.End(request.SpanCount);
        return _messages;
    }
}
