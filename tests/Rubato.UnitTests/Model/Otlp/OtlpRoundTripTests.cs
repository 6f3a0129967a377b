using CsCheck;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Testing;
using Xunit;

namespace Rubato.UnitTests.Model.Otlp;

public sealed class OtlpRoundTripTests
{
    [Fact]
    public void Plain_objects_survive_protobuf() => Gen.Int.Sample(
        seed =>
        {
            var spans = new RandomSpans(new Random(seed)).Next(20);
            var bytes = OtlpWriter.Write(spans);
            var check = OtlpValidator.Check(bytes);
            Assert.Null(check.Error);
            Assert.Equal(spans.Count, check.Counts.Accepted);
            Assert.Equal(SpanText.Of(spans), SpanText.Of(OtlpReader.ReadSpans(bytes)));
        },
        iter: 200);

    [Fact]
    public void Spans_survive_columns() => Gen.Int.Sample(
        seed =>
        {
            var spans = new RandomSpans(new Random(seed)).Next(20);
            var builder = new SpanBatchBuilder();
            var counts = OtlpReader.Read(OtlpWriter.Write(spans), builder);
            Assert.Equal(spans.Count, counts.Accepted);
            Assert.Equal(SpanText.Of(spans, sortAttributes: true), SpanText.Of(ReadBack(builder), sortAttributes: true));
        },
        iter: 200);

    [Fact]
    public void Columns_fed_by_several_requests_equal_the_spans_of_all_of_them()
    {
        var random = new RandomSpans(new Random(7));
        var builder = new SpanBatchBuilder();
        var all = new List<Span>();
        for (var i = 0; i < 50; i++)
        {
            var spans = random.Next(10);
            all.AddRange(spans);
            OtlpReader.Read(OtlpWriter.Write(spans), builder);
        }

        Assert.Equal(SpanText.Of(all, sortAttributes: true), SpanText.Of(ReadBack(builder), sortAttributes: true));
    }

    internal static IReadOnlyList<Span> ReadBack(SpanBatchBuilder builder)
    {
        var segment = new BatchSegment(builder.Snapshot());
        return segment.ReadSpansAsync(RowSet.Range(0, segment.SpanCount), ScanContext.None).AsTask().GetAwaiter().GetResult();
    }
}
