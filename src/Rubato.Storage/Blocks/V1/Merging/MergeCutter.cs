using Rubato.Model.Spans;

namespace Rubato.Storage.Blocks.V1.Merging;

/// <summary>Walks over the inputs' traces in ascending order and cuts the output's row groups; a trace is never split.</summary>
/// <param name="inputs">At their first traces.</param>
/// <param name="targetSpans">Spans of a row group, about.</param>
/// <param name="maxBytes">A row group also ends where its columns would take more than this in memory. A single trace may take more.</param>
internal sealed class MergeCutter(IReadOnlyList<BlockInput> inputs, int targetSpans, long maxBytes)
{
    /// <summary>What the next row group is made of, by input; null at the end.</summary>
    public async ValueTask<List<InputSlice>?> NextAsync(CancellationToken cancellationToken)
    {
        var slices = new List<InputSlice>();
        var spans = 0;
        long bytes = 0;
        while (TryFindNext(out var id, out var more, out var moreBytes))
        {
            // Up to half a trace over the target keeps the groups equal; the first trace is always taken.
            if (spans > 0 && (spans + (more / 2) > targetSpans || bytes + moreBytes > maxBytes)) break;
            spans = checked(spans + more);
            bytes += moreBytes;
            foreach (var input in inputs)
            {
                if (!input.AtEnd && input.Current == id) await input.TakeAsync(slices, cancellationToken);
            }
        }

        foreach (var input in inputs) input.Close(slices);
        slices.Sort((a, b) => a.Input.Number != b.Input.Number ? a.Input.Number.CompareTo(b.Input.Number) : a.RowGroup.CompareTo(b.RowGroup));
        return slices.Count == 0 ? null : slices;
    }

    private bool TryFindNext(out TraceId id, out int spans, out long bytes)
    {
        id = default;
        (spans, bytes) = (0, 0);
        var found = false;
        foreach (var input in inputs)
        {
            if (input.AtEnd) continue;
            var own = input.Current;
            var c = found ? own.CompareTo(id) : -1;
            if (c > 0) continue;
            if (c < 0) (id, spans, bytes, found) = (own, 0, 0, true);
            spans += input.SpansOfCurrent;
            bytes += input.SpansOfCurrent * input.BytesPerSpan;
        }

        return found;
    }
}
