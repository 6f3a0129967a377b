using Rubato.Model.Otlp;
using Rubato.Testing;

namespace Rubato.Fuzz;

/// <summary>The JSON transcoder on damaged JSON: it never throws, and what it accepts is good protobuf.</summary>
internal sealed class OtlpJsonTarget : IFuzzTarget
{
    public IEnumerable<byte[]> Corpus(Random random)
    {
        yield return "{}"u8.ToArray();
        for (var i = 0; i < 40; i++) yield return OtlpJsonWriter.Write(new RandomSpans(random).Next(1 + (i % 4)));
    }

    public void Run(byte[] input)
    {
        var output = new ProtoWriter();
        if (OtlpJson.Transcode(input, output).Error is not null) return;
        var check = OtlpValidator.Check(output.Written);
        if (!check.IsWellFormed) throw new InvalidOperationException("transcoded to malformed protobuf: " + check.Error);
        OtlpProtoTarget.Check(output.Written);
    }
}
