using Rubato.Commands.Load;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Storage.Blocks;

namespace Rubato.Oracles;

/// <summary>A block of the load generator's spans, of any size. Seeded.</summary>
internal static class LargeBlock
{
    private const int SpansPerBatch = 65_536;
    private const long Start = 1_760_000_000_000_000_000;

    /// <summary>Writes data.parquet and index.bin into the folder. At least this many spans: whole requests.</summary>
    public static BlockFigures Write(string folder, long spans, ulong seed, BlockWriterOptions? options = null)
    {
        var shape = new LoadShape(seed, Start, spansPerSecond: 20_000);
        var batches = new List<BatchRows>();
        var builder = new SpanBatchBuilder();
        var buffer = new byte[shape.MaxRequestBytes];
        var requests = shape.RequestsFor(spans);
        for (long r = 0; r < requests; r++)
        {
            var length = shape.Write(r, buffer);
            OtlpReader.Read(buffer.AsSpan(0, length), builder);
            if (builder.SpanCount < SpansPerBatch && r + 1 < requests) continue;
            batches.Add(BatchRows.All(builder.Snapshot()));
            builder = new SpanBatchBuilder();
        }

        using var data = File.Create(Path.Combine(folder, BlockKeys.Data));
        using var index = File.Create(Path.Combine(folder, BlockKeys.Index));
        return BlockFormats.Current.Write(batches, data, index, options ?? BlockWriterOptions.Default, CancellationToken.None);
    }
}
