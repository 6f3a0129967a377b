using System.Buffers;

namespace Rubato.Commands.Load.Encodings;

/// <summary>OTLP as it is.</summary>
internal sealed class OtlpEncoding : ILoadEncoding
{
    public void Encode(ReadOnlySpan<byte> otlp, int spans, LoadMessages messages)
    {
        messages.Begin();
        messages.Write(otlp);
        messages.End(spans);
    }
}
