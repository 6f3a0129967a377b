using System.Globalization;
using System.IO.Hashing;

namespace Rubato.Storage.Parquet.Metadata;

/// <summary>
/// Checksums of the column indexes, which the format gives none: a flipped bit in a bound would hide rows. The footer's metadata has one XXH3-64 for each
/// row group, as 16 hexadecimal digits, over its indexes, which lie side by side. Without it bounds are not believed.
/// </summary>
internal static class ColumnIndexSeal
{
    public const string Key = "rubato.column_indexes";

    private const int Digits = 16;

    public static string Of(IEnumerable<ReadOnlyMemory<byte>> indexesOfRowGroups) =>
        string.Concat(indexesOfRowGroups.Select(bytes => XxHash3.HashToUInt64(bytes.Span).ToString("x16", CultureInfo.InvariantCulture)));

    /// <summary>One for each row group; none when the file has none.</summary>
    public static ulong[] Read(IReadOnlyDictionary<string, string> metadata, int rowGroups)
    {
        if (!metadata.TryGetValue(Key, out string? text))
            return [];
        var checksums = new ulong[rowGroups];
        bool isRight = text.Length == rowGroups * Digits;
        for (int i = 0; i < rowGroups && isRight; i++)
            isRight = ulong.TryParse(text.AsSpan(i * Digits, Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out checksums[i]);
        return isRight ? checksums : throw new ParquetFormatException($"Parquet footer: '{Key}' is not {rowGroups} numbers of {Digits} hexadecimal digits. The file is damaged.");
    }
}
