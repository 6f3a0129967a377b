using System.Globalization;

namespace Rubato.Ingest.Generator;

/// <summary>Numbers as Prometheus' labels write them: shortest decimal, never an exponent.</summary>
internal static class NumberText
{
    public static string Of(double value) => double.IsPositiveInfinity(value) ? "+Inf"
        : Math.Abs(value) is >= 1e-4 and < 1e15 ? value.ToString("R", CultureInfo.InvariantCulture)
        : value.ToString("0.###################################################", CultureInfo.InvariantCulture);
}
