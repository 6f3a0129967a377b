using System.Globalization;

namespace Rubato.Configuration;

/// <summary>Numbers and booleans as YAML 1.1 reads them, and byte sizes with suffixes.</summary>
internal static class ConfigNumber
{
    private static readonly (string Suffix, decimal Factor)[] Sizes =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("KB", 1e3m), ("MB", 1e6m), ("GB", 1e9m), ("TB", 1e12m), ("B", 1m),
    ];

    /// <summary>An integer: <c>5_000_000</c>, <c>0x1F</c>, <c>0o17</c>, <c>1e6</c>. A fraction is refused.</summary>
    public static bool TryParseInteger(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        Span<char> buffer = stackalloc char[64];
        if (!TryStrip(text, ref buffer))
            return false;
        if (long.TryParse(buffer, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
            return true;

        var negative = buffer[0] == '-';
        var digits = buffer[0] is '-' or '+' ? buffer[1..] : buffer;
        if (digits.Length > 2 && digits[0] == '0' && digits[1] is 'x' or 'X' or 'b' or 'o')
        {
            try
            {
                var number = digits[1] switch { 'b' => 2, 'o' => 8, _ => 16 };
                value = Convert.ToInt64(digits[2..].ToString(), number);
                value = negative ? -value : value;
                return true;
            }
            catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
            {
                return false;
            }
        }

        if (!decimal.TryParse(buffer, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact)
            || exact != decimal.Truncate(exact) || exact is > long.MaxValue or < long.MinValue)
            return false;
        value = (long)exact;
        return true;
    }

    /// <summary>An integer, or a number with a suffix: decimal <c>10MB</c>, binary <c>10MiB</c>, as spelt.</summary>
    public static bool TryParseBytes(ReadOnlySpan<char> text, out long value)
    {
        if (TryParseInteger(text, out value))
            return true;

        foreach (var (suffix, factor) in Sizes)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            var number = text[..^suffix.Length].TrimEnd();
            if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
                || amount > long.MaxValue / factor || amount * factor != decimal.Truncate(amount * factor))
                return false;
            value = (long)(amount * factor);
            return true;
        }

        return false;
    }

    public static bool TryParseFloat(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        Span<char> buffer = stackalloc char[64];
        return TryStrip(text, ref buffer)
            && double.TryParse(buffer, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    public static bool TryParseBoolean(ReadOnlySpan<char> text, out bool value)
    {
        value = text is "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "y" or "Y";
        return value || text is "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "n" or "N";
    }

    /// <summary>Takes out the underscores that YAML 1.1 allows between digits.</summary>
    private static bool TryStrip(ReadOnlySpan<char> text, ref Span<char> buffer)
    {
        var length = 0;
        foreach (var c in text)
        {
            if (c == '_' && length > 0)
                continue;
            if (length == buffer.Length)
                return false;
            buffer[length++] = c;
        }

        buffer = buffer[..length];
        return length > 0;
    }
}
