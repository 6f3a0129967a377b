using System.Globalization;
using Rubato.Commands.Load;
using Rubato.Commands.Load.Encodings;
using Rubato.Ingest.Receivers.Jaeger;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Ingest.Receivers.Zipkin;
using Xunit;

namespace Rubato.UnitTests.Commands.Load;

/// <summary>
/// Every protocol carries the same spans: what the server's translators make of a message is the request as OTLP again, but for what the protocol
/// has no place for.
/// </summary>
public sealed class LoadEncodingTests
{
    private static readonly LoadShape Shape = new(seed: 7, startUnixNano: 1_700_000_000_123_456_789, spansPerSecond: 20_000);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Otlp_IsWhatTheShapeWrites(bool split) => Check(LoadProtocol.Otlp, split, span => span, message => DecodedSpan.Request(message));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void JaegerGrpc_IsTheSameInEverything(bool split) => Check(LoadProtocol.JaegerGrpc, split, JaegerStatus, message =>
    {
        using var output = new OtlpTranslation(message.Length);
        Assert.True(JaegerProtoTranslator.TryTranslate(message, output, out string error), error);
        return DecodedSpan.Request(output.Request.Span);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void JaegerThrift_HasMicrosecondsAndNoScope(bool split) => Check(LoadProtocol.JaegerThrift, split, span => JaegerStatus(Micros(span)) with { Scope = "" }, message =>
    {
        using var output = new OtlpTranslation(message.Length);
        Assert.True(JaegerThriftTranslator.TryTranslateBatch(message, output, out string error), error);
        return DecodedSpan.Request(output.Request.Span);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ZipkinJson_HasMicrosecondsAndTexts(bool split) => Check(LoadProtocol.ZipkinJson, split, span => Texts(Micros(span)), message =>
    {
        using var batch = new ZipkinBatch(message.Length);
        using var output = new OtlpTranslation(message.Length);
        ZipkinJsonReader.Read(message, batch);
        new ZipkinTranslator(parseStringTags: false).Write(batch, output);
        return DecodedSpan.Request(output.Request.Span);
    });

    private static void Check(LoadProtocol protocol, bool split, Func<DecodedSpan, DecodedSpan> expected, Func<byte[], List<DecodedSpan>> translate)
    {
        var writer = new LoadWriter(Shape, protocol, split);
        var otlp = new byte[Shape.MaxRequestBytes];
        foreach (long number in new long[] { 0, 1, 70 })
        {
            List<DecodedSpan> spans = DecodedSpan.Request(otlp.AsSpan(0, Shape.Write(number, otlp)));
            Assert.Contains(spans, span => span.Events.Count > 0);

            List<DecodedSpan> received = [];
            LoadMessages messages = writer.Write(Shape.Request(number));
            Assert.Equal(split || protocol == LoadProtocol.JaegerThrift ? spans.Select(span => span.Service).Distinct().Count() : 1, messages.Count);
            for (int i = 0; i < messages.Count; i++)
            {
                List<DecodedSpan> part = translate(messages[i].Buffer[LoadMessages.Headroom..].ToArray());
                Assert.Equal(messages[i].Spans, part.Count);
                received.AddRange(part);
            }

            Assert.Equal(spans.Select(expected).Select(Line).Order(StringComparer.Ordinal), received.Select(Line).Order(StringComparer.Ordinal));
        }
    }

    private static DecodedSpan Micros(DecodedSpan span)
    {
        long start = span.Start / 1000 * 1000;
        return span with
        {
            Start = start,
            End = start + ((span.End - span.Start) / 1000 * 1000),
            Events = [.. span.Events.Select(e => (e.Time / 1000 * 1000, e.Name, e.Attributes))],
        };
    }

    // Jaeger's clients have no status but the tag http.status_code, of which 404 on the calling side is a failure (docs/receivers.md).
    private static DecodedSpan JaegerStatus(DecodedSpan span) =>
        span is { Kind: 3, ErrorMessage: null } && span.Attributes.TryGetValue("http.status_code", out object? code) && code is 404L ? span with { ErrorMessage = "" } : span;

    private static DecodedSpan Texts(DecodedSpan span) => span with { Resource = Texts(span.Resource), Attributes = Texts(span.Attributes) };

    private static Dictionary<string, object> Texts(Dictionary<string, object> attributes) => attributes.ToDictionary(
        pair => pair.Key, pair => pair.Value is bool flag ? (flag ? "true" : "false") : (object)Convert.ToString(pair.Value, CultureInfo.InvariantCulture)!);

    private static string Line(DecodedSpan span) => string.Create(
        CultureInfo.InvariantCulture,
        $"{span.TraceId} {span.SpanId} {span.ParentSpanId} {span.Name} {span.Kind} {span.Start} {span.End} '{span.ErrorMessage ?? "unset"}' [{span.Scope}] {Pairs(span.Resource)} {Pairs(span.Attributes)} {string.Join(';', span.Events.Select(e => $"{e.Time} {e.Name} {Pairs(e.Attributes)}"))}");

    private static string Pairs(Dictionary<string, object> attributes) => string.Join(
        ',', attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value.GetType().Name} {pair.Value}")));
}
