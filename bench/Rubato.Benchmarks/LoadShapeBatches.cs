using Rubato.Commands.Load;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;

namespace Rubato.Benchmarks;

/// <summary>
/// What the load generator sends, without a network: requests of ~500 spans, ~23 attributes a span, 11.5 spans a trace; and batches of
/// them as the ingester holds them. Seeded, so that two versions measure the same bytes.
/// </summary>
internal static class LoadShapeBatches
{
    private const long StartUnixNano = 1_700_000_000_000_000_000;
    private const int SpansPerSecond = 20_000;

    private static readonly Lazy<LoadShape> Shape = new(() => new LoadShape(seed: 1, StartUnixNano, SpansPerSecond));

    /// <summary>Whole requests in a row, the first with this number.</summary>
    public static List<byte[]> Requests(int count, long first = 0)
    {
        var buffer = new byte[Shape.Value.MaxRequestBytes];
        return [.. Enumerable.Range(0, count).Select(i => buffer[..Shape.Value.Write(first + i, buffer)])];
    }

    /// <summary>Batches of at least so many spans each, one after the other in time.</summary>
    public static List<SpanBatch> Make(int batches, int spansEach)
    {
        var result = new List<SpanBatch>();
        var next = 0L;
        for (var i = 0; i < batches; i++)
        {
            var builder = new SpanBatchBuilder();
            while (builder.SpanCount < spansEach) OtlpReader.Read(Requests(1, next++)[0], builder);
            result.Add(builder.Snapshot());
        }

        return result;
    }
}
