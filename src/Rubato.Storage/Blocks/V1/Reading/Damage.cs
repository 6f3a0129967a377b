using Rubato.Model.Scanning;
using Rubato.Storage.ObjectStores;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Reading;

/// <summary>Turns whatever a damaged or missing file causes into the one exception that queries expect.</summary>
internal static class Damage
{
    public static bool Is(Exception e) =>
        e is ParquetFormatException or IOException or InvalidDataException or OverflowException or UnauthorizedAccessException or ObjectDisposedException;

    /// <summary>
    /// Whether the same read may succeed later: the store did not answer, or refused. This answer lacks the block and says so; set aside for good
    /// is only what was read and is wrong, cut short or missing.
    /// </summary>
    public static bool MayPass(SegmentDamagedException e) => e.InnerException is { } cause && MayPass(cause);

    /// <summary>The same of what the store threw.</summary>
    public static bool MayPass(Exception cause) =>
        cause is UnauthorizedAccessException
        || (cause is IOException and not (EndOfStreamException or ObjectNotFoundException or FileNotFoundException or DirectoryNotFoundException));

    public static SegmentDamagedException Of(string segment, Exception e) => new(segment, e.Message, e);
}
