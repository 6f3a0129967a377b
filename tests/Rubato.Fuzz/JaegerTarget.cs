using Rubato.Ingest.Receivers.Jaeger;
using Rubato.Ingest.Receivers.Thrift;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Otlp;
using Rubato.Testing.Jaeger;

namespace Rubato.Fuzz;

/// <summary>One of Jaeger's decoders on damaged input: it may refuse, never throw; what it takes is OTLP, and not much larger.</summary>
internal sealed class JaegerTarget(JaegerForm form) : IFuzzTarget
{
    // The densest is a compact span of a dozen bytes with ids and times of OTLP.
    private const int MaxGrowth = 16;

    public IEnumerable<byte[]> Corpus(Random random)
    {
        var batches = new RandomJaeger(random);
        yield return [];
        for (var i = 0; i < 40; i++)
        {
            var batch = batches.Next(1 + (i % 8));
            yield return form switch
            {
                JaegerForm.Proto => JaegerProtoWriter.Write(batch),
                JaegerForm.Body => JaegerThriftWriter.Body(batch),
                _ => JaegerThriftWriter.Packet(batch, isCompact: form == JaegerForm.CompactPacket),
            };
        }
    }

    public void Run(byte[] input)
    {
        using var output = new OtlpTranslation(input.Length);
        if (!Translate(input, output, out var error))
        {
            if (error.Length == 0) throw new InvalidOperationException("refused without a reason");
            return;
        }

        var check = OtlpValidator.Check(output.Request.Span);
        if (!check.IsWellFormed) throw new InvalidOperationException("translated into malformed OTLP: " + check.Error);
        if (check.Counts.Spans != output.Spans) throw new InvalidOperationException($"{output.Spans} spans written, {check.Counts.Spans} found");
        if (output.Request.Length > 1024 + (input.Length * MaxGrowth)) throw new InvalidOperationException($"{input.Length} bytes became {output.Request.Length}");
    }

    private bool Translate(byte[] input, OtlpTranslation output, out string error)
    {
        switch (form)
        {
            case JaegerForm.Proto:
                return JaegerProtoTranslator.TryTranslate(input, output, out error);
            case JaegerForm.Body:
                return JaegerThriftTranslator.TryTranslateBatch(input, output, out error);
            case JaegerForm.CompactPacket:
                var compact = new ThriftCompactReader(input);
                return IsGood(JaegerThriftTranslator.TranslateCall(ref compact, input, output, out error), ref error);
            default:
                var binary = new ThriftBinaryReader(input);
                return IsGood(JaegerThriftTranslator.TranslateCall(ref binary, input, output, out error), ref error);
        }
    }

    private static bool IsGood(AgentCall call, ref string error)
    {
        if (call == AgentCall.NotSupported) error = "another call";
        return call == AgentCall.Batch;
    }
}

/// <summary>The ways in which a batch comes.</summary>
internal enum JaegerForm
{
    Proto,
    Body,
    CompactPacket,
    BinaryPacket,
}
