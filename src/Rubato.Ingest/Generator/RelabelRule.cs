using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Rubato.Ingest.Generator;

/// <summary>One rule of <c>write_relabel_configs</c>, with the defaults of Prometheus. Immutable; any thread may apply it.</summary>
public sealed record RelabelRule
{
    public RelabelAction Action { get; init; } = RelabelAction.Replace;

    public IReadOnlyList<string> SourceLabels { get; init; } = [];

    /// <summary>Between the values of the source labels.</summary>
    public string Separator { get; init; } = ";";

    /// <summary>Matches the whole text: see <see cref="Pattern"/>.</summary>
    public Regex Regex { get; init; } = Pattern("(.*)");

    /// <summary>Of <see cref="RelabelAction.HashMod"/>.</summary>
    public ulong Modulus { get; init; }

    public string TargetLabel { get; init; } = "";

    public string Replacement { get; init; } = "$1";

    /// <summary>Whether the action does nothing without a target label.</summary>
    public bool NeedsTarget => Action is RelabelAction.Replace or RelabelAction.HashMod or RelabelAction.Lowercase or RelabelAction.Uppercase
        or RelabelAction.KeepEqual or RelabelAction.DropEqual;

    /// <summary>An expression as Prometheus reads it: anchored on both sides, a dot matches line ends too. In linear time.</summary>
    /// <exception cref="ArgumentException">It is no expression.</exception>
    /// <exception cref="NotSupportedException">It needs backtracking, which Prometheus does not have either.</exception>
    public static Regex Pattern(string text) =>
        new($@"\A(?s:{text.Replace("(?P<", "(?<", StringComparison.Ordinal)})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>Changes the labels, name included.</summary>
    /// <returns>False: the series is not sent.</returns>
    internal bool Apply(SortedDictionary<string, string> labels)
    {
        var value = string.Join(Separator, SourceLabels.Select(l => labels.GetValueOrDefault(l, "")));
        switch (Action)
        {
            case RelabelAction.Keep:
                return Regex.IsMatch(value);
            case RelabelAction.Drop:
                return !Regex.IsMatch(value);
            case RelabelAction.KeepEqual:
                return labels.GetValueOrDefault(TargetLabel, "") == value;
            case RelabelAction.DropEqual:
                return labels.GetValueOrDefault(TargetLabel, "") != value;
            case RelabelAction.Replace:
                if (Regex.Match(value) is { Success: true } match) Set(labels, RelabelTemplate.Expand(TargetLabel, match), RelabelTemplate.Expand(Replacement, match));
                return true;
            case RelabelAction.Lowercase:
                Set(labels, TargetLabel, value.ToLowerInvariant());
                return true;
            case RelabelAction.Uppercase:
                Set(labels, TargetLabel, value.ToUpperInvariant());
                return true;
            case RelabelAction.HashMod:
                Set(labels, TargetLabel, (Hash(value) % Modulus).ToString(CultureInfo.InvariantCulture));
                return true;
            case RelabelAction.LabelMap:
                foreach (var (name, text) in labels.ToArray())
                {
                    if (Regex.Match(name) is { Success: true } mapped) Set(labels, RelabelTemplate.Expand(Replacement, mapped), text);
                }

                return true;
            default:
                foreach (var name in labels.Keys.ToArray())
                {
                    if (Regex.IsMatch(name) == (Action == RelabelAction.LabelDrop)) labels.Remove(name);
                }

                return true;
        }
    }

    /// <summary>An empty value removes the label; what is no name of a label is left alone.</summary>
    private static void Set(SortedDictionary<string, string> labels, string name, string value)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_')) return;
        if (value.Length == 0) labels.Remove(name);
        else labels[name] = value;
    }

    private static ulong Hash(string value)
    {
#pragma warning disable CA5351 // No secret: the shard that Prometheus' own hashmod gives, so that both sides choose the same one.
        return BinaryPrimitives.ReadUInt64BigEndian(MD5.HashData(Encoding.UTF8.GetBytes(value)).AsSpan(8));
#pragma warning restore CA5351
    }
}
