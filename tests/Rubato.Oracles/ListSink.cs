using System.Globalization;

namespace Rubato.Oracles;

/// <summary>A column as a list of texts, to name the first difference and to choose values to ask for. For small columns only.</summary>
internal sealed class ListSink : ColumnSink
{
    public List<byte[]?> Values { get; } = [];

    private readonly List<int> _rowStarts = [];

    public override void BeginRow() => _rowStarts.Add(Values.Count);

    public override void Null() => Values.Add(null);

    public override void Value(ReadOnlySpan<byte> bytes) => Values.Add(bytes.ToArray());

    /// <summary>Where two columns part.</summary>
    public static string FirstDifference(ListSink ours, ListSink theirs)
    {
        for (var i = 0; i < Math.Min(ours.Values.Count, theirs.Values.Count); i++)
        {
            if (!Same(ours.Values[i], theirs.Values[i]))
                return string.Create(CultureInfo.InvariantCulture, $"value {i} is {Show(ours.Values[i])} to us and {Show(theirs.Values[i])} to it");
        }

        for (var i = 0; i < Math.Min(ours._rowStarts.Count, theirs._rowStarts.Count); i++)
        {
            if (ours._rowStarts[i] != theirs._rowStarts[i])
                return string.Create(CultureInfo.InvariantCulture, $"row {i} begins at child {ours._rowStarts[i]} to us and {theirs._rowStarts[i]} to it");
        }

        return string.Create(CultureInfo.InvariantCulture, $"we see {ours.Values.Count} values in {ours._rowStarts.Count} lists, it {theirs.Values.Count} in {theirs._rowStarts.Count}");
    }

    private static bool Same(byte[]? a, byte[]? b) => a is null ? b is null : b is not null && a.AsSpan().SequenceEqual(b);

    private static string Show(byte[]? value) => value is null ? "null" : "0x" + Convert.ToHexString(value.AsSpan(0, Math.Min(value.Length, 40))) + (value.Length > 40 ? "..." : "");
}
