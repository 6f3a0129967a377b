using System.Buffers;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Testing;

namespace Rubato.Fuzz;

/// <summary>Validator, column reader, plain reader and subset writer on damaged protobuf: none may throw, and they must agree.</summary>
internal sealed class OtlpProtoTarget : IFuzzTarget
{
    public IEnumerable<byte[]> Corpus(Random random)
    {
        yield return [];
        for (var i = 0; i < 40; i++) yield return OtlpWriter.Write(new RandomSpans(random).Next(1 + (i % 8)));
        yield return LoadShapeRequests.Make(1, 10, 1)[0];
    }

    public void Run(byte[] input) => Check(input);

    internal static void Check(ReadOnlySpan<byte> request)
    {
        var check = OtlpValidator.Check(request);
        var builder = new SpanBatchBuilder();
        var counts = OtlpReader.Read(request, builder);
        builder.Snapshot();
        var plain = OtlpReader.ReadSpans(request);
        if (builder.SpanCount != counts.Accepted) throw new InvalidOperationException($"{counts.Accepted} spans accepted, {builder.SpanCount} rows");
        if (!check.IsWellFormed) return;
        if (check.Counts != counts) throw new InvalidOperationException($"validator {check.Counts}, reader {counts}");
        if (plain.Count != counts.Accepted) throw new InvalidOperationException($"{plain.Count} plain spans, {counts.Accepted} accepted");

        var output = new ArrayBufferWriter<byte>();
        var all = default(AcceptAllSpans);
        if (OtlpSubsetWriter.Write(request, ref all, output) != counts) throw new InvalidOperationException("subset writer counts differently");
        var subset = OtlpValidator.Check(output.WrittenSpan);
        if (!subset.IsWellFormed || subset.Counts.Accepted != counts.Accepted || subset.Counts.BadIds != 0)
            throw new InvalidOperationException($"subset {subset} of {counts}");
        if (SpanText.Of(plain) != SpanText.Of(OtlpReader.ReadSpans(output.WrittenSpan))) throw new InvalidOperationException("subset has other spans");
    }
}
