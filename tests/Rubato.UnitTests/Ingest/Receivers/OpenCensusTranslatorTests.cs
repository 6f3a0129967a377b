using CsCheck;
using Rubato.Ingest.Receivers.OpenCensus;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Spans;
using Rubato.Testing.OpenCensus;
using Xunit;
using static Rubato.UnitTests.Ingest.Receivers.ZipkinTranslatorTests;

namespace Rubato.UnitTests.Ingest.Receivers;

/// <summary>OpenCensus becomes OTLP as spec/wire-formats.md 6 says.</summary>
public sealed class OpenCensusTranslatorTests
{
    private const string TraceId = "0102030405060708090a0b0c0d0e0f10";
    private const ulong Start = 1_700_000_000_123_456_789;

    [Fact]
    public void A_span_with_one_of_everything_is_translated()
    {
        var span = Assert.Single(Translate(OpenCensusMessages.Request("shop", OpenCensusMessages.Span(TraceId, 5, Start))));
        Assert.Equal((TraceId, "0000000000000005", true), (span.TraceId.ToString(), span.SpanId.ToString(), span.ParentSpanId.IsZero));
        Assert.Equal(("GET /cart", SpanKind.Producer, Start, Start + 1_500_000), (span.Name, span.Kind, span.StartUnixNano, span.EndUnixNano));
        Assert.Equal("b=true; d=0.5; i=7; opencensus.same_process_as_parent_span=true; s=x", Text(span.Attributes));
        Assert.Equal((3u, 3u, 4u), (span.DroppedAttributesCount, span.DroppedEventsCount, span.DroppedLinksCount));
        Assert.Equal((StatusCode.Error, "not found", "k=v,l=w"), (span.StatusCode, span.StatusMessage, span.TraceState));
        Assert.Equal(["retry", "message"], span.Events.Select(e => e.Name));
        Assert.Equal("n=2", Text(span.Events[0].Attributes));
        Assert.Equal(
            "message.type=SENT; messaging.message_id=5; messaging.message_payload_compressed_size_bytes=0; messaging.message_payload_size_bytes=100", Text(span.Events[1].Attributes));
        Assert.Equal(TraceId, Convert.ToHexStringLower(Assert.Single(span.Links).TraceId));
        Assert.Equal(
            "host.name=host-1; opencensus.exporterversion=0.9; opencensus.starttime=2023-11-14T22:13:20Z; process.pid=77; service.name=shop; team=blue; "
            + "telemetry.sdk.language=go; telemetry.sdk.version=0.22", Text(span.Resource.Attributes));
    }

    [Fact]
    public void A_span_with_its_own_resource_has_its_own()
    {
        var spans = Translate(OpenCensusMessages.Request(
            "shop", OpenCensusMessages.Span(TraceId, 1, Start, ownResource: true), OpenCensusMessages.Span(TraceId, 2, Start), OpenCensusMessages.Span(TraceId, 3, Start)));
        Assert.Equal(3, spans.Count);
        var own = spans.Single(s => s.SpanId.ToString().EndsWith('1'));
        Assert.Contains("cloud.availability_zone=z1; ", Text(own.Resource.Attributes), StringComparison.Ordinal);
        Assert.Contains("opencensus.resourcetype=container", Text(own.Resource.Attributes), StringComparison.Ordinal);
        Assert.All(spans.Where(s => s != own), s => Assert.DoesNotContain("cloud", Text(s.Resource.Attributes), StringComparison.Ordinal));
    }

    // Whatever is cut or flipped: a message with a reason, or good OTLP.
    [Fact]
    public void Damaged_messages_are_refused_or_become_good_OTLP()
    {
        var good = OpenCensusMessages.Request("shop", OpenCensusMessages.Span(TraceId, 1, Start, ownResource: true), OpenCensusMessages.Span(TraceId, 2, Start));
        Gen.Select(Gen.Int[0, good.Length], Gen.Int[0, good.Length - 1], Gen.Byte).Sample((length, at, value) =>
        {
            var bytes = good[..length];
            if (at < length) bytes[at] = value;
            try
            {
                using var output = new OtlpTranslation(bytes.Length);
                var (node, resource) = OpenCensusTranslator.FindSender(bytes);
                OpenCensusTranslator.Translate(bytes, node is { } n ? n.Of(bytes) : [], resource is { } r ? r.Of(bytes) : [], output);
                var check = Rubato.Model.Otlp.OtlpValidator.Check(output.Request.Span);
                Assert.True(check.IsWellFormed, check.Error);
            }
            catch (InvalidDataException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }, iter: 20_000);
    }

    private static List<Span> Translate(byte[] message)
    {
        using var output = new OtlpTranslation(message.Length);
        var (node, resource) = OpenCensusTranslator.FindSender(message);
        OpenCensusTranslator.Translate(message, node is { } n ? n.Of(message) : [], resource is { } r ? r.Of(message) : [], output);
        return Read(output);
    }
}
