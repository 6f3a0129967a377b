using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Testing;

namespace Rubato.Benchmarks;

/// <summary>Batches as the ingester holds them, of spans of the load's shape. Seeded.</summary>
internal static class LoadShapeBatches
{
    private const int SpansPerRequest = 500;

    public static List<SpanBatch> Make(int batches, int spansEach)
    {
        var result = new List<SpanBatch>();
        for (var i = 0; i < batches; i++)
        {
            var builder = new SpanBatchBuilder();
            foreach (var request in LoadShapeRequests.Make(spansEach / SpansPerRequest, SpansPerRequest, seed: i + 1)) OtlpReader.Read(request, builder);
            result.Add(builder.Snapshot());
        }

        return result;
    }
}
