using System.Text;
using Rubato.Ingest.Receivers.Files;
using Rubato.Model.Otlp;
using Rubato.Testing;
using Rubato.Testing.Zipkin;

namespace Rubato.Fuzz;

/// <summary>Files of every format, damaged: refused in words, or OTLP with good spans.</summary>
internal sealed class TraceFileTarget : IFuzzTarget
{
    private const string Jaeger =
        """{"data":[{"traceID":"ab","spans":[{"traceID":"ab","spanID":"1","operationName":"o","references":[{"refType":"CHILD_OF","traceID":"ab","spanID":"2"}],"startTime":1700000000000000,"duration":5,"tags":[{"key":"k","type":"int64","value":7},{"key":"b","type":"binary","value":"AAE="}],"logs":[{"timestamp":3,"fields":[{"key":"event","type":"string","value":"e\ud83d"}]}],"processID":"p1"},{"traceID":"ab","spanID":"2","process":{"serviceName":"inside"}}],"processes":{"p1":{"serviceName":"s","tags":[{"key":"hostname","value":"h"}]}}}],"errors":null}""";

    private static readonly string[] Words =
    [
        "{", "}", "[", "]", ":", ",", "null", "true", "\"data\"", "\"spans\"", "\"processes\"", "\"traceID\"", "\"batches\"", "\"trace\"", "\"resourceSpans\"", "\"processID\"", "\"p1\"", "\"\\ud800\"", "1e999", "-1", "\"==\"",
        "\"AQIDBAUGBwgJCgsMDQ4PEA==\"", "\n",
    ];

    public IEnumerable<byte[]> Corpus(Random random)
    {
        yield return Encoding.UTF8.GetBytes(Jaeger);
        for (var i = 0; i < 20; i++)
        {
            yield return OtlpJsonWriter.Write(new RandomSpans(random).Next(1 + (i % 4)));
            yield return ZipkinJsonWriter.Write(new RandomZipkin(random).Next());
        }
    }

    public byte[] Mutate(Random random, Mutator mutator, byte[] input, byte[] other) => random.Next(4) == 0
        ? mutator.Mutate(input, other)
        : Encoding.UTF8.GetBytes(new TextMutator(random, Words).Mutate(TextMutator.Decode(input), TextMutator.Decode(other)));

    public void Run(byte[] input)
    {
        byte[] otlp;
        try
        {
            otlp = TraceFile.ToOtlp(input);
        }
        catch (InvalidDataException e) when (e.Message.Length is > 0 and < 20_000)
        {
            return;
        }

        var check = OtlpValidator.Check(otlp);
        if (!check.IsWellFormed || check.Counts.BadIds > 0 || check.Counts.Accepted == 0) throw new InvalidOperationException($"made of a file: {check}");
        _ = OtlpReader.ReadSpans(otlp);
    }
}
