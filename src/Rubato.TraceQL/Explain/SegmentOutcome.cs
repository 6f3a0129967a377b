namespace Rubato.TraceQL.Explain;

public enum SegmentOutcome : byte
{
    /// <summary>Values of it were read.</summary>
    Read,

    /// <summary>What is in memory showed that nothing in it can match: nothing was read.</summary>
    RuledOut,

    /// <summary>Nothing in it can belong into the answer: it was not looked at.</summary>
    Skipped,

    /// <summary>It is damaged.</summary>
    Failed,
}
