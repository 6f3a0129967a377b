using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Spans;
using Rubato.Testing;
using Xunit;

namespace Rubato.UnitTests.Model.Otlp;

public sealed class OtlpValidatorTests
{
    private static readonly byte[] GoodTrace = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
    private static readonly byte[] GoodSpan = [1, 2, 3, 4, 5, 6, 7, 8];

    [Fact]
    public void Empty_request_is_good() => Assert.True(OtlpValidator.Check([]).IsWellFormed);

    [Theory]
    [InlineData(16, 8, "")]
    [InlineData(8, 8, "trace ids must be 128 bit, received 64 bits")]
    [InlineData(0, 8, "trace ids must be 128 bit, received 0 bits")]
    [InlineData(17, 8, "trace ids must be 128 bit, received 136 bits")]
    [InlineData(16, 4, "span ids must be 64 bit and not all zero, received 32 bits")]
    [InlineData(16, 0, "span ids must be 64 bit and not all zero, received 0 bits")]
    public void Bad_ids_cost_their_span_only_and_are_named(int traceIdLength, int spanIdLength, string message)
    {
        var request = Request(SpanBytes(GoodTrace, GoodSpan), SpanBytes(Filled(traceIdLength), Filled(spanIdLength)));
        var check = OtlpValidator.Check(request);
        Assert.True(check.IsWellFormed);
        Assert.Equal(message, check.Counts.BadIdMessage);
        Assert.Equal(message.Length == 0 ? 2 : 1, check.Counts.Accepted);
        Assert.Equal(2, check.Counts.Spans);
        Assert.Equal(check.Counts, OtlpReader.Read(request, new SpanBatchBuilder()));
    }

    [Fact]
    public void All_zero_span_id_is_bad_and_all_zero_trace_id_is_not()
    {
        var check = OtlpValidator.Check(Request(SpanBytes(new byte[16], GoodSpan), SpanBytes(GoodTrace, new byte[8])));
        Assert.Equal(1, check.Counts.Accepted);
        Assert.Equal("span ids must be 64 bit and not all zero, received 0 bits", check.Counts.BadIdMessage);
    }

    [Fact]
    public void Parent_id_of_odd_length_makes_a_root_and_is_counted()
    {
        var builder = new SpanBatchBuilder();
        var request = Request(SpanBytes(GoodTrace, GoodSpan, w => w.WriteBytes(4, [1, 2, 3])));
        Assert.Equal(1, OtlpValidator.Check(request).Counts.BadParentIds);
        Assert.Equal(1, OtlpReader.Read(request, builder).BadParentIds);
        Assert.True(OtlpRoundTripTests.ReadBack(builder)[0].ParentSpanId.IsZero);
    }

    [Fact]
    public void Cut_anywhere_neither_throws_nor_reads_more_spans_than_sent()
    {
        var spans = new RandomSpans(new Random(3)).Next(12);
        var request = OtlpWriter.Write(spans);
        for (var length = 0; length < request.Length; length++)
        {
            var cut = request.AsSpan(0, length);
            var check = OtlpValidator.Check(cut);
            var builder = new SpanBatchBuilder();
            var counts = OtlpReader.Read(cut, builder);
            Assert.True(counts.Accepted < spans.Count || check.IsWellFormed);
            if (check.IsWellFormed) Assert.Equal(check.Counts, counts);
            else Assert.InRange(check.ErrorPosition, 0, length);
        }
    }

    [Fact]
    public void Flipped_bits_neither_throw_nor_part_validator_and_reader()
    {
        var request = OtlpWriter.Write(new RandomSpans(new Random(4)).Next(6));
        for (var i = 0; i < request.Length * 8; i++)
        {
            var damaged = (byte[])request.Clone();
            damaged[i / 8] ^= (byte)(1 << (i % 8));
            var check = OtlpValidator.Check(damaged);
            var builder = new SpanBatchBuilder();
            var counts = OtlpReader.Read(damaged, builder);
            if (!check.IsWellFormed) continue;
            Assert.Equal(check.Counts, counts);
            Assert.Equal(counts.Accepted, OtlpReader.ReadSpans(damaged).Count);
        }
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(100_000, false)]
    public void Values_nest_at_most_64_levels(int levels, bool good)
    {
        var any = new byte[] { 0x18, 1 };
        var writer = new ProtoWriter();
        for (var i = 0; i < levels && i < 2_000; i++)
        {
            writer.Clear();
            var array = writer.BeginMessage(5);
            writer.WriteBytes(1, any);
            writer.EndMessage(array);
            any = writer.ToArray();
        }

        var check = OtlpValidator.Check(Request(SpanBytes(GoodTrace, GoodSpan, w => Attribute(w, "k", any))));
        Assert.Equal(good, check.IsWellFormed);
        if (!good) Assert.Contains("nested more than 64 levels", check.Error);
    }

    [Fact]
    public void Two_gigabyte_length_claim_is_refused_with_its_place()
    {
        // Field 1 with length 0x7FFFFFFF and nothing behind it.
        var check = OtlpValidator.Check([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]);
        Assert.Equal(0, check.ErrorPosition);
        Assert.Equal(
            "malformed OTLP request: ExportTraceServiceRequest field 1 at byte 0: 2147483647 bytes claimed, past the end of its message at byte 6",
            check.Error);
        Assert.Equal(0, OtlpReader.Read([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07], new SpanBatchBuilder()).Spans);
    }

    [Theory]
    [InlineData(new byte[] { 0x08, 1 }, "wrong wire type 0 at byte 0")]
    [InlineData(new byte[] { 0x0B }, "wrong wire type 3")]
    [InlineData(new byte[] { 0x00 }, "no protobuf field header at byte 0")]
    [InlineData(new byte[] { 0x13 }, "no protobuf field header at byte 0")]
    [InlineData(new byte[] { 0x80 }, "cut off or longer than 64 bits")]
    public void Malformed_headers_are_named(byte[] request, string message) => Assert.Contains(message, OtlpValidator.Check(request).Error);

    [Fact]
    public void Unknown_fields_are_stepped_over()
    {
        var request = Request(SpanBytes(GoodTrace, GoodSpan, w =>
        {
            w.WriteBytes(99, [1, 2, 3]);
            w.WriteVarint(200, 7);
            w.WriteFixed32(201, 7);
            w.WriteFixed64(202, 7);
        }));
        Assert.Equal(1, OtlpValidator.Check(request).Counts.Accepted);
        Assert.Single(OtlpReader.ReadSpans(request));
    }

    [Fact]
    public void Checking_a_good_request_allocates_nothing()
    {
        var request = OtlpWriter.Write(new RandomSpans(new Random(5)).Next(50));
        OtlpValidator.Check(request);
        var before = GC.GetAllocatedBytesForCurrentThread();
        OtlpValidator.Check(request);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    internal static byte[] Filled(int length)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, (byte)7);
        return bytes;
    }

    internal static byte[] SpanBytes(byte[] traceId, byte[] spanId, Action<ProtoWriter>? more = null)
    {
        var writer = new ProtoWriter();
        writer.WriteBytes(1, traceId);
        writer.WriteBytes(2, spanId);
        more?.Invoke(writer);
        return writer.ToArray();
    }

    internal static void Attribute(ProtoWriter writer, string key, byte[] anyValue)
    {
        var start = writer.BeginMessage(9);
        writer.WriteString(1, key);
        writer.WriteBytes(2, anyValue);
        writer.EndMessage(start);
    }

    internal static byte[] Request(params byte[][] spans)
    {
        var writer = new ProtoWriter();
        var resourceSpans = writer.BeginMessage(1);
        var scopeSpans = writer.BeginMessage(2);
        foreach (var span in spans) writer.WriteBytes(2, span);
        writer.EndMessage(scopeSpans);
        writer.EndMessage(resourceSpans);
        return writer.ToArray();
    }
}
