using Rubato.Model.Scanning;

namespace Rubato.Query.ServiceGraph;

/// <summary>Of which time, how fine, and of which service RED is wanted.</summary>
/// <param name="StepNano">Length of an interval; 0 for none.</param>
/// <param name="Service">Only this one; null for all.</param>
internal sealed record RedQuestion(TimeRange Range, ulong StepNano, bool ByOperation, string? Service)
{
    /// <summary>Bounds what a group holds.</summary>
    public const int MostIntervals = 240;

    public int Intervals => StepNano == 0 ? 0 : (int)((Range.EndUnixNano - Range.StartUnixNano + StepNano - 1) / StepNano);

    /// <summary>A service with span names without end keeps the first so many groups; the rest is counted together.</summary>
    public int MostGroups => StepNano == 0 ? 10_000 : 1_000;

    /// <summary>The interval of a start within the range; its last instant belongs to the last interval.</summary>
    public int IntervalOf(ulong start) => StepNano == 0 ? 0 : Math.Min((int)((start - Range.StartUnixNano) / StepNano), Intervals - 1);
}
