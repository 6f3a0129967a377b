using Rubato.Model.Columns;

namespace Rubato.Ingest.Generator;

/// <summary>New rows of a batch of recent spans.</summary>
/// <param name="Batch">Its columns; shared with the queries, never copied.</param>
/// <param name="From">The first new row.</param>
/// <param name="To">The row behind the last.</param>
/// <param name="Sizes">Of each new row the bytes of the span's OTLP message.</param>
public sealed record SpanSlice(SpanBatch Batch, int From, int To, int[] Sizes)
{
    public int Count => To - From;
}
