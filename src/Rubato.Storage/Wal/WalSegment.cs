using System.Globalization;

namespace Rubato.Storage.Wal;

/// <summary>A file of the log. Its records are below the first sequence of the next segment whose header is sound.</summary>
/// <param name="FirstSequence">Null when the header is torn or damaged.</param>
internal sealed record WalSegment(long Number, long? FirstSequence)
{
    private const string Extension = ".wal";
    private const int Digits = 20;

    public string Name => Number.ToString("D20", CultureInfo.InvariantCulture) + Extension;

    public static bool TryParseName(string name, out long number)
    {
        number = 0;
        return name.Length == Digits + Extension.Length
            && name.EndsWith(Extension, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
