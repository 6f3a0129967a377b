using System.Globalization;

namespace Rubato.Ingest.Generator;

/// <summary>
/// OpenTelemetry's sampling threshold: in the tracestate's entry <c>ot</c> the field <c>th</c>, up to 14 hexadecimal digits without the zeros behind them. Of 2^56 random values those from the
/// threshold on were kept, so that a span stands for 2^56 / (2^56 - threshold).
/// </summary>
/// <remarks>https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/</remarks>
internal static class TracestateThreshold
{
    private const int Digits = 14;
    private const long All = 1L << 56;

    /// <summary>Null when there is none, or none that can be read.</summary>
    public static double? MultiplierOf(ReadOnlySpan<byte> tracestate)
    {
        foreach (var entry in tracestate.Split((byte)','))
        {
            var text = tracestate[entry].Trim(" \t"u8);
            if (!text.StartsWith("ot="u8)) continue;
            var fields = text[3..];
            foreach (var field in fields.Split((byte)';'))
            {
                if (fields[field].StartsWith("th:"u8)) return OfThreshold(fields[field][3..]);
            }
        }

        return null;
    }

    private static double? OfThreshold(ReadOnlySpan<byte> digits)
    {
        if (digits.Length is 0 or > Digits || !long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var threshold)) return null;
        return (double)All / (All - (threshold << (4 * (Digits - digits.Length))));
    }
}
