using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks;

/// <summary>
/// Values at the edges of their types, for every owner of attributes. <see cref="TestBlock"/> has other engines read each block; here our own answer
/// is compared with what went in.
/// </summary>
public sealed class BlockEdgeValuesTests
{
    private static readonly string[] Texts =
        ["", " ", "\u0000", "a\u0000b", "\uFFFD", "bad \uFFFD\uFFFD text", "'; DROP TABLE spans; --", "\"", "\\", "größer 日本語 🎻", "\u202Eright to left", "line\r\nbreak", new('x', 12), new('x', 13), new('y', 5000)];

    private static readonly string[] Keys = ["", ".", "a.b", "A.B", "a.B", "with space", "with\"quote", "with'apostrophe", "control\u0001", "ключ", "span.x", "size", "name", "trace_id", "~2", "x:int"];

    [Fact]
    public async Task Texts_of_every_kind_are_kept()
    {
        var builder = new SpanBatchBuilder();
        for (var i = 0; i < 60; i++)
        {
            var row = AddSpan(builder, i);
            foreach (var (owner, at) in Owners(builder, row))
                builder.AddString(owner, at, "text"u8, Encoding.UTF8.GetBytes(Texts[i % Texts.Length]));
        }

        await CheckAsync(builder);
    }

    [Fact]
    public async Task Numbers_at_their_ends_are_kept()
    {
        long[] longs = [long.MinValue, long.MinValue + 1, -1, 0, 1, int.MaxValue, (long)int.MaxValue + 1, long.MaxValue];
        double[] doubles = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, 0.0, double.Epsilon, double.MaxValue, double.MinValue, 0.1, BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_0001)];
        var builder = new SpanBatchBuilder();
        for (var i = 0; i < 60; i++)
        {
            var row = AddSpan(builder, i);
            foreach (var (owner, at) in Owners(builder, row))
            {
                builder.AddInt64(owner, at, "number"u8, longs[i % longs.Length]);
                builder.AddDouble(owner, at, "ratio"u8, doubles[i % doubles.Length]);
                if (i % 7 == 0) builder.AddBool(owner, at, "flag"u8, i % 2 == 0);
            }
        }

        await CheckAsync(builder);
    }

    [Fact]
    public async Task Bytes_arrays_maps_and_empty_values_are_kept()
    {
        // AnyValue messages: empty; bytes_value of none and of three; array_value, empty and of two; kvlist_value of one.
        byte[][] values =
        [
            [], [0x3A, 0], [0x3A, 3, 0, 0xFF, 0x80], [0x2A, 0], [0x2A, 8, 0x0A, 2, 0x18, 1, 0x0A, 2, 0x10, 1], [0x32, 9, 0x0A, 7, 0x0A, 1, (byte)'k', 0x12, 2, 0x18, 2],
        ];
        var builder = new SpanBatchBuilder();
        for (var i = 0; i < 60; i++)
        {
            var row = AddSpan(builder, i);
            foreach (var (owner, at) in Owners(builder, row)) builder.AddAny(owner, at, "any"u8, values[i % values.Length]);
        }

        await CheckAsync(builder);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(7)]
    public async Task Keys_of_every_kind_get_columns_that_all_engines_tell_apart(int columns)
    {
        var builder = new SpanBatchBuilder();
        for (var i = 0; i < 80; i++)
        {
            var row = AddSpan(builder, i);
            foreach (var (owner, at) in Owners(builder, row))
            {
                var key = Encoding.UTF8.GetBytes(Keys[i % Keys.Length]);
                if (i % 3 == 0) builder.AddInt64(owner, at, key, i);
                else if (i % 3 == 1) builder.AddString(owner, at, key, "v"u8);
                else builder.AddBool(owner, at, key, true);
            }
        }

        await CheckAsync(builder, new BlockWriterOptions { RowGroupSpans = 30, MaxAttributeColumns = columns });
    }

    [Fact]
    public async Task Huge_values_are_kept()
    {
        var builder = new SpanBatchBuilder();
        for (var i = 0; i < 6; i++)
        {
            var row = AddSpan(builder, i);
            var huge = new byte[(i * 700_000) + 100];
            new Random(i).NextBytes(huge);
            foreach (ref var b in huge.AsSpan()) b = (byte)('a' + (b % 26));
            foreach (var (owner, at) in Owners(builder, row)) builder.AddString(owner, at, "huge"u8, huge);
        }

        await CheckAsync(builder);
    }

    [Fact]
    public async Task A_single_span_without_anything_is_a_block()
    {
        var builder = new SpanBatchBuilder();
        AddSpan(builder, 0);
        await CheckAsync(builder, new BlockWriterOptions());
    }

    [Fact]
    public async Task Many_events_and_links_of_few_spans_are_kept()
    {
        var builder = new SpanBatchBuilder();
        for (var i = 0; i < 50; i++)
        {
            var row = AddSpan(builder, i);
            for (var n = i % 10 == 3 ? 900 : 0; n > 0; n--)
            {
                var e = builder.AddEvent((ulong)n, n % 3 == 0 ? "name"u8 : default, 0);
                if (n % 5 == 0) builder.AddInt64(AttributeOwner.Event, e, "n"u8, n);
                var link = builder.AddLink(new byte[n % 20], [], default, 0, 0);
                if (n % 7 == 0) builder.AddString(AttributeOwner.Link, link, "kind"u8, "x"u8);
            }
        }

        await CheckAsync(builder, new BlockWriterOptions { RowGroupSpans = 20 });
    }

    private static async Task CheckAsync(SpanBatchBuilder builder, BlockWriterOptions? options = null)
    {
        List<SpanBatch> batches = [builder.Snapshot()];
        using var block = TestBlock.Write(batches, options);
        // Also the smallest blocks: TestBlock asks the others about those only now and then.
        Rubato.Oracles.FileOracles.Check(block.DataPath);
        await BlockRoundTripTests.AssertHoldsAsync(batches, block);
        Assert.Equal(await File.ReadAllBytesAsync(block.IndexPath), await TestBlock.Format.RebuildIndexAsync(block.Folder, CancellationToken.None));
    }

    private static (int Span, int Resource, int Scope) AddSpan(SpanBatchBuilder builder, int i)
    {
        var resource = builder.GetOrAddResource(BitConverter.GetBytes(i), out _);
        var scope = builder.GetOrAddScope(BitConverter.GetBytes(i), out _);
        var row = builder.AddSpan(
            new SpanHeader { TraceId = new TraceId(1, (ulong)(i / 3) + 1), SpanId = new SpanId((ulong)i + 1), Name = Encoding.UTF8.GetBytes(Texts[i % Texts.Length]), StartUnixNano = (ulong)i * 1_000_000_007, EndUnixNano = (ulong)i * 1_000_000_009 },
            resource,
            scope);
        return (row, resource, scope);
    }

    private static IEnumerable<(AttributeOwner Owner, int Row)> Owners(SpanBatchBuilder builder, (int Span, int Resource, int Scope) row)
    {
        yield return (AttributeOwner.Span, row.Span);
        yield return (AttributeOwner.Resource, row.Resource);
        yield return (AttributeOwner.Scope, row.Scope);
        yield return (AttributeOwner.Event, builder.AddEvent(7, "e"u8, 0));
        yield return (AttributeOwner.Link, builder.AddLink(new byte[16], new byte[8], default, 0, 0));
    }
}
