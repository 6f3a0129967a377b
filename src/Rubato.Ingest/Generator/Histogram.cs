using Rubato.Model.Spans;

namespace Rubato.Ingest.Generator;

/// <summary>One histogram, classic, native or both, with the exemplars since the last collection.</summary>
internal sealed class Histogram(double[] bounds, bool classic, NativeHistogramOptions? native)
{
    private Exemplar[]? _exemplars;

    /// <summary>Per bucket, not cumulative; one more than there are bounds.</summary>
    public double[] Counts { get; } = new double[bounds.Length + 1];

    public double[] Bounds => bounds;

    public bool IsClassic => classic;

    public NativeHistogram? Native { get; } = native is null ? null : new NativeHistogram(native);

    public double Sum { get; private set; }

    public double Count { get; private set; }

    public void Observe(double seconds, double multiplier, TraceId trace, bool failed)
    {
        var i = bounds.AsSpan().BinarySearch(seconds);
        if (i < 0) i = ~i;
        Counts[i] += multiplier;
        Sum += seconds * multiplier;
        Count += multiplier;
        Native?.Observe(seconds, multiplier);
        if (trace.IsZero) return;

        // One of each bucket is sent: a failed request rather than a good one, then the slowest, so that those that somebody looks for are found.
        ref var exemplar = ref (_exemplars ??= new Exemplar[bounds.Length + 1])[i];
        if (exemplar.Trace.IsZero || (failed && !exemplar.Failed) || (failed == exemplar.Failed && seconds >= exemplar.Value))
            exemplar = new Exemplar(trace, seconds, failed);
    }

    /// <summary>The exemplar of a bucket; zero trace id when there is none.</summary>
    public Exemplar ExemplarOf(int bucket) => _exemplars is null ? default : _exemplars[bucket];

    public void ForgetExemplars() => _exemplars.AsSpan().Clear();
}

/// <summary>A trace that shows what a bucket counts.</summary>
internal readonly record struct Exemplar(TraceId Trace, double Value, bool Failed);
