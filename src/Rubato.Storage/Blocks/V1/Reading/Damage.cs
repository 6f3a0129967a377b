using Rubato.Model.Scanning;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Reading;

/// <summary>Turns whatever a damaged or missing file causes into the one exception that queries expect.</summary>
internal static class Damage
{
    public static bool Is(Exception e) =>
        e is ParquetFormatException or IOException or InvalidDataException or OverflowException or UnauthorizedAccessException or ObjectDisposedException;

    public static SegmentDamagedException Of(string segment, Exception e) => new(segment, e.Message, e);
}
