using Rubato.Model.Columns;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks;
using Rubato.Storage.Blocks.V1.Writing;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks.Writing;

/// <summary>The order of a block beside the sentence that says what it is, on spans that often tie.</summary>
public sealed class SpanOrderTests
{
    private readonly record struct Span(TraceId Trace, ulong Start, ulong Id, int Kind, int Batch, int Row);

    [Theory]
    [InlineData(1, 40, 3)]
    [InlineData(2, 400, 5)]
    [InlineData(3, 3000, 30)]
    [InlineData(4, 3000, 1)]
    [InlineData(5, 2000, 400)]
    public void Spans_stand_by_trace_start_and_id_without_duplicates(int seed, int spansEach, int traces)
    {
        var random = new Random(seed);
        var input = new List<BatchRows>();
        var all = new List<Span>();
        for (var b = 0; b < 4; b++)
        {
            var builder = new SpanBatchBuilder();
            var resource = builder.GetOrAddResource("r"u8, out _);
            var scope = builder.GetOrAddScope("s"u8, out _);
            for (var i = 0; i < spansEach; i++)
            {
                // Half of the traces share a high half, so that the low one decides.
                var trace = random.Next(traces);
                var span = new Span(
                    new TraceId(trace % 2 == 0 ? 7 : (ulong)trace << 40, (ulong)trace * 0x9E3779B97F4A7C15 + 1), (ulong)random.Next(1, 1 + spansEach / 4), (ulong)random.Next(1, 6), random.Next(3), b, i);
                builder.AddSpan(
                    new SpanHeader { TraceId = span.Trace, SpanId = new SpanId(span.Id), Kind = span.Kind, StartUnixNano = span.Start, EndUnixNano = span.Start + 1 }, resource, scope);
                all.Add(span);
            }

            input.Add(BatchRows.All(builder.Snapshot()));
        }

        var expected = all
            .OrderBy(s => s.Trace.High).ThenBy(s => s.Trace.Low).ThenBy(s => s.Start).ThenBy(s => s.Id).ThenBy(s => s.Batch).ThenBy(s => s.Row)
            .DistinctBy(s => (s.Trace, s.Start, s.Id, s.Kind)).ToList();

        var order = SpanOrder.Create(input);

        Assert.Equal(expected.Select(s => (s.Batch, s.Row)), Enumerable.Range(0, order.Count).Select(i => (order.Batch[i], order.Row[i])));
        Assert.Equal(all.Count - expected.Count, order.DuplicateCount);
        Assert.Equal(expected.Select(s => s.Trace).Distinct().Count(), order.TraceCount);
        for (var i = 0; i < order.Count; i++) Assert.Equal(i, order.Rank[order.Batch[i]][order.Row[i]]);
    }
}
