using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Spans;
using Xunit;

namespace Rubato.UnitTests.Model.Columns;

/// <summary>Columns in which nearly every value is new stop looking for equal ones; others never do.</summary>
public sealed class HighCardinalityTests
{
    private const int Rows = 6_000;

    [Fact]
    public void Column_of_unique_values_stops_interning_and_keeps_every_value()
    {
        // The second half repeats the first.
        var column = Column(i => $"value {i % (Rows / 2)}");
        Assert.Equal(Rows, column.Count);
        Assert.True(column.Dictionary.Count > Rows / 2, "repeated values were looked for");
        for (var i = 0; i < Rows; i++) Assert.Equal($"value {i % (Rows / 2)}", Encoding.UTF8.GetString(column[i]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(4_000)]
    public void Column_of_repeated_values_keeps_entries_unique(int distinct)
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, Rows).Select(_ => $"value {random.Next(distinct)}").ToArray();
        var column = Column(i => values[i]);
        var entries = Enumerable.Range(0, column.Dictionary.Count).Select(column.Dictionary.GetString).ToArray();
        Assert.Equal(entries.Length, entries.Distinct().Count());
        for (var i = 0; i < Rows; i++) Assert.Equal(values[i], Encoding.UTF8.GetString(column[i]));
    }

    [Fact]
    public void Bad_text_is_mended_and_counted_without_interning_too()
    {
        var builder = new SpanBatchBuilder(new BatchLimits { ProbeValues = 1 });
        for (var row = 0; row < 3; row++)
        {
            AddSpan(builder, row);
            builder.AddString(AttributeOwner.Span, row, "key"u8, [(byte)'a', 0xFF]);
        }

        Assert.Equal(3, builder.Counters.InvalidUtf8);
        var column = (StringVector)Assert.Single(builder.Snapshot().Attributes).Values;
        Assert.Equal("a\uFFFD", Encoding.UTF8.GetString(column[2]));
    }

    [Fact]
    public void Batch_with_a_guess_of_its_size_equals_one_without()
    {
        var first = Fill(new SpanBatchBuilder());
        var second = Fill(new SpanBatchBuilder(null, first.Shape()));
        // No array is larger than what is needed and a sixteenth; without a guess they double.
        Assert.True(second.MemoryBytes() < first.MemoryBytes(), $"{second.MemoryBytes()} bytes with a guess, {first.MemoryBytes()} without");
        var (a, b) = (first.Snapshot(), second.Snapshot());
        Assert.Equal(a.Attributes.Select(c => (c.Key, c.Type)), b.Attributes.Select(c => (c.Key, c.Type)));
        var (x, y) = ((StringVector)a.Attributes[0].Values, (StringVector)b.Attributes[0].Values);
        for (var i = 0; i < Rows; i++) Assert.Equal(x[i].ToArray(), y[i].ToArray());
        Assert.Equal(((Int64Vector)a.Attributes[1].Values).Values.ToArray(), ((Int64Vector)b.Attributes[1].Values).Values.ToArray());
        Assert.Equal(a.SpanIds.Values.ToArray(), b.SpanIds.Values.ToArray());
    }

    [Theory]
    [InlineData(16, 17, 0, 32)] // no guess: doubles
    [InlineData(16, 17, 1_000, 32)] // far from the guess: doubles
    [InlineData(128, 129, 1_000, 1_000)] // an eighth is full: the guess
    [InlineData(600, 601, 1_000, 1_000)] // never beyond the guess while it is enough
    [InlineData(1_000, 1_001, 1_000, 2_000)] // the guess was too small
    [InlineData(16, 5_000, 1_000, 5_000)] // one large value
    public void Growth_goes_to_the_guess_once_it_is_near(int length, int needed, int expected, int next) =>
        Assert.Equal(next, Growth.Next(length, needed, expected));

    private static SpanBatchBuilder Fill(SpanBatchBuilder builder)
    {
        for (var row = 0; row < Rows; row++)
        {
            AddSpan(builder, row);
            builder.AddString(AttributeOwner.Span, row, "text"u8, Encoding.UTF8.GetBytes($"value {row % 5_000}"));
            builder.AddInt64(AttributeOwner.Span, row, "number"u8, row);
        }

        return builder;
    }

    private static StringVector Column(Func<int, string> value)
    {
        var builder = new SpanBatchBuilder();
        for (var row = 0; row < Rows; row++)
        {
            AddSpan(builder, row);
            builder.AddString(AttributeOwner.Span, row, "key"u8, Encoding.UTF8.GetBytes(value(row)));
        }

        return (StringVector)Assert.Single(builder.Snapshot().Attributes).Values;
    }

    private static void AddSpan(SpanBatchBuilder builder, int row) =>
        builder.AddSpan(new SpanHeader { TraceId = new TraceId(1, 1), SpanId = new SpanId((ulong)row + 1), Name = "name"u8 }, 0, 0);
}
