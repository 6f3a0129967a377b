namespace Rubato.Model.Scanning;

/// <summary>A condition on numbers, asked of bounds: false only where no value from the smallest to the largest can pass.</summary>
public interface IRangeTest
{
    bool MayHold(long min, long max);

    /// <summary>As above; no value between the bounds is NaN.</summary>
    bool MayHold(double min, double max);
}
