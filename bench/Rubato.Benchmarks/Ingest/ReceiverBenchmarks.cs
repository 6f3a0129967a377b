using BenchmarkDotNet.Attributes;
using Rubato.Ingest.Receivers.Jaeger;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Ingest.Receivers.Zipkin;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Testing;
using Rubato.Testing.Jaeger;
using Rubato.Testing.Zipkin;

namespace Rubato.Benchmarks.Ingest;

/// <summary>
/// What a span of the load shape costs from bytes to columns: OTLP (check, decode) against Jaeger's and Zipkin's forms (translate, check, decode).
/// Times are for one span. The rest of the way in (log, fsync, sockets) is the same for all.
/// </summary>
[MemoryDiagnoser]
public class ReceiverBenchmarks
{
    private const int Spans = 500;
    private const int Requests = 20;

    private SpanBatchBuilder _builder = new();
    private List<byte[]> _otlp = [];
    private List<byte[]> _grpc = [];
    private List<byte[]> _thrift = [];
    private List<byte[]> _zipkin = [];

    [GlobalSetup]
    public void Setup()
    {
        _otlp = LoadShapeRequests.Make(Requests, Spans, 1);
        var batches = _otlp.SelectMany(request => JaegerFromSpans.Batches(OtlpReader.ReadSpans(request))).ToList();
        _grpc = [.. batches.Select(JaegerProtoWriter.Write)];
        _thrift = [.. batches.Select(JaegerThriftWriter.Body)];
        _zipkin = [.. _otlp.Select(request => ZipkinJsonWriter.Write(ZipkinFromSpans.Of(OtlpReader.ReadSpans(request))))];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Spans * Requests)]
    public int Otlp()
    {
        var accepted = 0;
        foreach (var request in _otlp) accepted += Take(request);
        return Reset(accepted);
    }

    [Benchmark(OperationsPerInvoke = Spans * Requests)]
    public int JaegerGrpc()
    {
        var accepted = 0;
        foreach (var request in _grpc)
        {
            using var output = new OtlpTranslation(request.Length);
            JaegerProtoTranslator.TryTranslate(request, output, out _);
            accepted += Take(output.Request.Span);
        }

        return Reset(accepted);
    }

    [Benchmark(OperationsPerInvoke = Spans * Requests)]
    public int JaegerThrift()
    {
        var accepted = 0;
        foreach (var request in _thrift)
        {
            using var output = new OtlpTranslation(request.Length);
            JaegerThriftTranslator.TryTranslateBatch(request, output, out _);
            accepted += Take(output.Request.Span);
        }

        return Reset(accepted);
    }

    [Benchmark(OperationsPerInvoke = Spans * Requests)]
    public int ZipkinJson()
    {
        var accepted = 0;
        foreach (var request in _zipkin)
        {
            using var batch = new ZipkinBatch(request.Length);
            using var output = new OtlpTranslation(request.Length);
            ZipkinJsonReader.Read(request, batch);
            new ZipkinTranslator(parseStringTags: false).Write(batch, output);
            accepted += Take(output.Request.Span);
        }

        return Reset(accepted);
    }

    [Benchmark(OperationsPerInvoke = Spans * Requests)]
    public int JaegerGrpcTranslationAlone()
    {
        var bytes = 0;
        foreach (var request in _grpc)
        {
            using var output = new OtlpTranslation(request.Length);
            JaegerProtoTranslator.TryTranslate(request, output, out _);
            bytes += output.Request.Length;
        }

        return bytes;
    }

    private int Take(ReadOnlySpan<byte> request)
    {
        OtlpValidator.Check(request);
        return OtlpReader.Read(request, _builder).Accepted;
    }

    private int Reset(int accepted)
    {
        if (accepted != Spans * Requests) throw new InvalidOperationException($"{accepted} spans accepted");
        // A batch of 10,000 spans: what a new one costs is in the numbers, the same in each.
        _builder = new SpanBatchBuilder();
        return accepted;
    }
}
