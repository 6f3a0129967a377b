using Rubato.Ingest.Receivers.OpenCensus;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Ingest.Receivers.Zipkin;
using Rubato.Model.Otlp;
using Rubato.Testing.OpenCensus;
using Rubato.Testing.Zipkin;

namespace Rubato.Fuzz;

/// <summary>A decoder of Zipkin's, or OpenCensus', on damaged input: it may refuse with a reason; what it takes is OTLP.</summary>
internal sealed class ZipkinTarget(ZipkinForm form) : IFuzzTarget
{
    public IEnumerable<byte[]> Corpus(Random random)
    {
        var spans = new RandomZipkin(random);
        yield return [];
        for (var i = 0; i < 40; i++)
        {
            yield return form switch
            {
                ZipkinForm.Json => ZipkinJsonWriter.Write(spans.Next()),
                ZipkinForm.Proto => ZipkinProtoWriter.Write(spans.Next()),
                ZipkinForm.V1Json => """[{"traceId":"00000000000000aa","id":"00000000000000bb","annotations":[{"timestamp":1,"value":"cs","endpoint":{"serviceName":"s","ipv4":"10.0.0.1"}}],"binaryAnnotations":[{"key":"error","value":"x"}]}]"""u8.ToArray(),
                ZipkinForm.V1Thrift => Convert.FromHexString(
                    "0C000000010A000100000000000000AA0B0003000000036765740A000400000000000000BB0F00060C000000010A000100000000000000050B000200000002637300"
                    + "0F00080C000000010B00010000000161" + "0B00020000000178" + "0800030000000600" + "00"),
                _ => OpenCensusMessages.Request(i % 2 == 0 ? "shop" : "", OpenCensusMessages.Span("0102030405060708090a0b0c0d0e0f10", (ulong)i + 1, 1_700_000_000_000_000_000, i % 3 == 0)),
            };
        }
    }

    public void Run(byte[] input)
    {
        using var output = new OtlpTranslation(input.Length);
        try
        {
            Translate(input, output);
        }
        catch (InvalidDataException e) when (e.Message.Length > 0)
        {
            return;
        }

        var check = OtlpValidator.Check(output.Request.Span);
        if (!check.IsWellFormed) throw new InvalidOperationException("translated into malformed OTLP: " + check.Error);
        if (check.Counts.Spans != output.Spans) throw new InvalidOperationException($"{output.Spans} spans written, {check.Counts.Spans} found");
    }

    private void Translate(byte[] input, OtlpTranslation output)
    {
        if (form == ZipkinForm.OpenCensus)
        {
            var (node, resource) = OpenCensusTranslator.FindSender(input);
            OpenCensusTranslator.Translate(input, node is { } n ? n.Of(input) : [], resource is { } r ? r.Of(input) : [], output);
            return;
        }

        using var batch = new ZipkinBatch(input.Length);
        switch (form)
        {
            case ZipkinForm.Json:
                ZipkinJsonReader.Read(input, batch);
                break;
            case ZipkinForm.Proto:
                ZipkinProtoReader.Read(input, batch);
                break;
            case ZipkinForm.V1Json:
                ZipkinV1JsonReader.Read(input, batch);
                break;
            default:
                ZipkinV1ThriftReader.Read(input, batch);
                break;
        }

        if (form is ZipkinForm.V1Json or ZipkinForm.V1Thrift) new ZipkinV1Translator(parseStringTags: true, 1).Write(batch, output);
        else new ZipkinTranslator(parseStringTags: true).Write(batch, output);
    }
}

/// <summary>What the input is.</summary>
internal enum ZipkinForm
{
    Json,
    Proto,
    V1Json,
    V1Thrift,
    OpenCensus,
}
