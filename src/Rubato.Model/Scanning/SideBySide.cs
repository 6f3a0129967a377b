namespace Rubato.Model.Scanning;

/// <summary>
/// How many reads of one query wait side by side. A test that repeats itself from a seed sets <see cref="AtMost"/> to 1, before anything runs: then one read
/// follows the other, and the order is that of the code. The server never changes it.
/// </summary>
public static class SideBySide
{
    /// <summary>At least 1.</summary>
    public static int AtMost { get; set; } = int.MaxValue;

    /// <summary>What was asked for, within the limit.</summary>
    public static int Of(int wanted) => Math.Min(wanted, AtMost);
}
