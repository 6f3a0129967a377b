using Rubato.Web.Traces;

namespace Rubato.Web.Compare;

/// <summary>Two traces beside each other, and what differs. Immutable.</summary>
public sealed class TraceComparison
{
    /// <summary>Less, as a share of the longer span, is how the same work differs from one time to the next.</summary>
    private const double WorthShowing = 0.1;

    public TraceComparison(TraceView a, TraceView b)
    {
        (A, B) = (a, b);
        Rows = TraceAlignment.Of(a, b);
        OnlyInA = Rows.Count(row => row.B < 0);
        OnlyInB = Rows.Count(row => row.A < 0);
        Largest = Rows.Where(row => row.IsInBoth).Select(row => Math.Abs(Difference(row))).DefaultIfEmpty(0).Max();
        ServicesOnlyInA = [.. a.Services.Except(b.Services, StringComparer.Ordinal)];
        ServicesOnlyInB = [.. b.Services.Except(a.Services, StringComparer.Ordinal)];
    }

    public TraceView A { get; }

    public TraceView B { get; }

    public IReadOnlyList<AlignedRow> Rows { get; }

    public int OnlyInA { get; }

    public int OnlyInB { get; }

    /// <summary>Nanoseconds by which the two durations of one row differ at most.</summary>
    public long Largest { get; }

    /// <summary>By name.</summary>
    public IReadOnlyList<string> ServicesOnlyInA { get; }

    /// <summary>By name.</summary>
    public IReadOnlyList<string> ServicesOnlyInB { get; }

    /// <summary>Nanoseconds that the second trace's span took longer; below zero where it was faster. Of rows in both.</summary>
    public long Difference(AlignedRow row) => B.Duration(row.B) - A.Duration(row.A);

    /// <summary>In one trace only, failed in one only, or much slower or faster.</summary>
    public bool IsChanged(AlignedRow row) => !row.IsInBoth || A.IsError(row.A) != B.IsError(row.B)
        || Math.Abs(Difference(row)) > WorthShowing * Math.Max(A.Duration(row.A), B.Duration(row.B));
}
