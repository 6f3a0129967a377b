using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Spans;
using Rubato.Testing;
using Xunit;
using static Rubato.UnitTests.Model.Otlp.OtlpValidatorTests;

namespace Rubato.UnitTests.Model.Otlp;

public sealed class OtlpReaderTests
{
    private static readonly byte[] GoodTrace = Filled(16);
    private static readonly byte[] GoodSpan = Filled(8);

    [Fact]
    public void Known_strings_in_columns_with_room_cost_no_allocation()
    {
        var request = LoadShapeRequests.Make(1, 100, 1)[0];
        var builder = new SpanBatchBuilder();
        for (var i = 0; i < 64; i++) OtlpReader.Read(request, builder);
        // Some column doubles now and then; between two doublings nothing may be allocated.
        var least = long.MaxValue;
        for (var i = 0; i < 64; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var accepted = OtlpReader.Read(request, builder).Accepted;
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(100, accepted);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Resource_and_scope_may_follow_their_spans()
    {
        var writer = new ProtoWriter();
        var resourceSpans = writer.BeginMessage(1);
        writer.WriteString(3, "url");
        var scopeSpans = writer.BeginMessage(2);
        writer.WriteBytes(2, SpanBytes(GoodTrace, GoodSpan));
        var scope = writer.BeginMessage(1);
        writer.WriteString(1, "late scope");
        writer.EndMessage(scope);
        writer.EndMessage(scopeSpans);
        var resource = writer.BeginMessage(1);
        OtlpWriter.WriteAttributes(writer, 1, [new("late", AttributeValue.Of(true))]);
        writer.EndMessage(resource);
        writer.EndMessage(resourceSpans);

        var span = Assert.Single(ReadTwice(writer.ToArray()));
        Assert.Equal("late scope", span.Scope.Name);
        Assert.Equal("late", Assert.Single(span.Resource.Attributes).Key);
        Assert.Equal("url", span.Resource.SchemaUrl);
    }

    [Fact]
    public void Resource_that_comes_twice_is_merged()
    {
        var writer = new ProtoWriter();
        var resourceSpans = writer.BeginMessage(1);
        for (var i = 0; i < 2; i++)
        {
            var resource = writer.BeginMessage(1);
            OtlpWriter.WriteAttributes(writer, 1, [new("k" + i, AttributeValue.Of(1L))]);
            writer.EndMessage(resource);
        }

        var scopeSpans = writer.BeginMessage(2);
        writer.WriteBytes(2, SpanBytes(GoodTrace, GoodSpan));
        writer.EndMessage(scopeSpans);
        writer.EndMessage(resourceSpans);
        Assert.Equal(["k0", "k1"], Assert.Single(ReadTwice(writer.ToArray())).Resource.Attributes.Select(a => a.Key));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void Deprecated_scope_spans_count_only_without_current_ones(bool withCurrent, int expected)
    {
        var writer = new ProtoWriter();
        var resourceSpans = writer.BeginMessage(1);
        var old = writer.BeginMessage(1000);
        writer.WriteBytes(2, SpanBytes(GoodTrace, GoodSpan, w => w.WriteString(5, "old")));
        writer.EndMessage(old);
        for (var i = 0; withCurrent && i < 2; i++)
        {
            var current = writer.BeginMessage(2);
            writer.WriteBytes(2, SpanBytes(GoodTrace, GoodSpan, w => w.WriteString(5, "current")));
            writer.EndMessage(current);
        }

        writer.EndMessage(resourceSpans);
        var request = writer.ToArray();
        Assert.Equal(expected, OtlpValidator.Check(request).Counts.Accepted);
        Assert.All(ReadTwice(request), s => Assert.Equal(withCurrent ? "current" : "old", s.Name));
    }

    [Fact]
    public void Last_scalar_and_last_member_of_a_value_win()
    {
        var request = Request(SpanBytes(GoodTrace, GoodSpan, w =>
        {
            w.WriteString(5, "first");
            w.WriteString(5, "second");
            Attribute(w, "n", [0x0A, 1, (byte)'x', 0x18, 9]);
            Attribute(w, "a", [0x18, 9, 0x2A, 0]);
        }));
        var span = Assert.Single(ReadTwice(request));
        Assert.Equal("second", span.Name);
        Assert.Equal(AttributeValue.Of(9L), span.Attributes.Single(a => a.Key == "n").Value);
        Assert.Equal(AttributeKind.Array, span.Attributes.Single(a => a.Key == "a").Value.Kind);
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_mended_and_counted()
    {
        var builder = new SpanBatchBuilder();
        var request = Request(SpanBytes(GoodTrace, GoodSpan, w =>
        {
            w.WriteBytes(5, [(byte)'a', 0xFF, (byte)'b']);
            Attribute(w, "k", [0x0A, 2, 0xC3, 0x28]);
        }));
        OtlpReader.Read(request, builder);
        var span = Assert.Single(OtlpRoundTripTests.ReadBack(builder));
        Assert.Equal("a\uFFFDb", span.Name);
        Assert.Equal("\uFFFD(", Assert.Single(span.Attributes).Value.AsString);
        Assert.Equal(2, builder.Counters.InvalidUtf8);
    }

    [Fact]
    public void A_million_attributes_go_to_the_overflow_and_memory_stays_bounded()
    {
        const int count = 1_000_000;
        var request = Request(SpanBytes(GoodTrace, GoodSpan, w =>
        {
            for (var i = 0; i < count; i++) Attribute(w, "k" + i, [0x18, 1]);
        }));
        var builder = new SpanBatchBuilder();
        Assert.True(OtlpValidator.Check(request).IsWellFormed);
        Assert.Equal(1, OtlpReader.Read(request, builder).Accepted);
        Assert.Equal(count - new BatchLimits().MaxAttributeColumns, builder.Counters.OverflowAttributes);
        Assert.InRange(builder.MemoryBytes(), 0, 3L * request.Length);
        Assert.Equal(count, Assert.Single(OtlpRoundTripTests.ReadBack(builder)).Attributes.Count);
    }

    [Fact]
    public void Ten_megabyte_value_is_cut_to_the_limit_and_counted()
    {
        var value = new string('x', 10_000_000);
        var request = Request(SpanBytes(GoodTrace, GoodSpan, w => OtlpWriter.WriteAttributes(w, 9, [new("big", AttributeValue.Of(value))])));
        var builder = new SpanBatchBuilder();
        Assert.True(OtlpValidator.Check(request).IsWellFormed);
        OtlpReader.Read(request, builder);
        Assert.Equal(2048, Assert.Single(Assert.Single(OtlpRoundTripTests.ReadBack(builder)).Attributes).Value.AsString.Length);
        Assert.Equal(1, builder.Counters.TruncatedAttributes[(int)AttributeOwner.Span]);
    }

    [Fact]
    public void Refused_spans_leave_no_rows_and_the_subset_writer_leaves_out_the_same_ones()
    {
        var spans = new RandomSpans(new Random(11)).Next(200);
        var request = OtlpWriter.Write(spans);
        var expected = spans.Where(s => s.TraceId.Low % 3 == 0).ToList();

        var filter = default(LowModulo3);
        var builder = new SpanBatchBuilder();
        var counts = OtlpReader.Read(request, builder, ref filter);
        Assert.Equal((expected.Count, spans.Count - expected.Count), (counts.Accepted, counts.Refused));
        Assert.Equal(counts, OtlpValidator.Check(request, ref filter).Counts);
        Assert.Equal(SpanText.Of(expected, sortAttributes: true), SpanText.Of(OtlpRoundTripTests.ReadBack(builder), sortAttributes: true));

        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Assert.Equal(counts, OtlpSubsetWriter.Write(request, ref filter, output));
        Assert.True(OtlpValidator.Check(output.WrittenSpan).IsWellFormed);
        Assert.Equal(SpanText.Of(expected), SpanText.Of(OtlpReader.ReadSpans(output.WrittenSpan)));
    }

    [Fact]
    public void Subset_without_spans_is_empty()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var all = default(AcceptAllSpans);
        Assert.Equal(1, OtlpSubsetWriter.Write(Request(SpanBytes([1], GoodSpan)), ref all, output).BadTraceIds);
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Equal_resources_share_a_row_and_schema_urls_keep_them_apart()
    {
        var a = new Resource { Attributes = [new("service.name", AttributeValue.Of("s"))] };
        var b = new Resource { Attributes = [new("service.name", AttributeValue.Of("s"))], SchemaUrl = "u" };
        var random = new RandomSpans(new Random(1));
        var builder = new SpanBatchBuilder();
        foreach (var resource in new[] { a, b, a, b })
            OtlpReader.Read(OtlpWriter.Write([random.NextSpan(resource, InstrumentationScope.Empty)]), builder);
        Assert.Equal(2, builder.ResourceCount);
        Assert.Equal(1, builder.ScopeCount);
        Assert.Equal([0, 1, 0, 1], builder.Snapshot().ResourceRows.ToArray());
    }

    [Fact]
    public void End_before_start_and_extreme_times_come_back_as_sent()
    {
        var times = new (ulong Start, ulong End)[] { (5, 3), (0, ulong.MaxValue), (ulong.MaxValue, 0), (0, 0), (1UL << 63, 1) };
        var request = Request([.. times.Select(t => SpanBytes(GoodTrace, GoodSpan, w =>
        {
            w.WriteFixed64(7, t.Start);
            w.WriteFixed64(8, t.End);
        }))]);
        Assert.Equal(times, ReadTwice(request).Select(s => (s.StartUnixNano, s.EndUnixNano)));
    }

    /// <summary>Through columns and as plain objects, which must agree.</summary>
    private static IReadOnlyList<Span> ReadTwice(byte[] request)
    {
        Assert.True(OtlpValidator.Check(request).IsWellFormed);
        var builder = new SpanBatchBuilder();
        OtlpReader.Read(request, builder);
        var spans = OtlpRoundTripTests.ReadBack(builder);
        Assert.Equal(SpanText.Of(OtlpReader.ReadSpans(request), sortAttributes: true), SpanText.Of(spans, sortAttributes: true));
        return spans;
    }

    private struct LowModulo3 : IOtlpSpanFilter
    {
        public readonly bool Accept(TraceId traceId, int spanBytes) => traceId.Low % 3 == 0;
    }
}
