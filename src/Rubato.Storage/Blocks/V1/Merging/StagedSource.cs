using Microsoft.Win32.SafeHandles;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Merging;

/// <summary>
/// A far source of which some ranges lie in files on this machine. A merge reads each row group column by column: over an object store that would be a request, and a
/// round trip, for every column of every input. So a row group is brought here whole, in a few large requests side by side.
/// </summary>
/// <param name="far">The object; closed with this.</param>
/// <param name="folder">Where the files go; each is gone when it is closed, or the process ends.</param>
internal sealed class StagedSource(IRandomAccessSource far, string folder) : IRandomAccessSource, IDisposable
{
    private const int PieceBytes = 4 << 20;
    private const int PiecesAtOnce = 4;

    private readonly List<Range> _ranges = [];

    public long Length => far.Length;

    public bool CanReadSynchronously => false;

    /// <summary>Brings a range here. Ranges come in ascending order.</summary>
    public async ValueTask StageAsync(long offset, long length, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var file = File.OpenHandle(
            Path.Combine(folder, Path.GetRandomFileName() + ".staged"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose, length);
        _ranges.Add(new Range(offset, length, file));
        var pieces = Enumerable.Range(0, (int)((length + PieceBytes - 1) / PieceBytes));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = PiecesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(pieces, parallel, async (piece, token) =>
        {
            var at = piece * (long)PieceBytes;
            var bytes = new byte[Math.Min(PieceBytes, length - at)];
            await far.ReadAsync(offset + at, bytes, token);
            RandomAccess.Write(file, bytes, at);
        });
    }

    /// <summary>Ranges that end before are not read any more.</summary>
    public void Release(long before)
    {
        while (_ranges.Count > 0 && _ranges[0].Offset + _ranges[0].Length <= before)
        {
            _ranges[0].File.Dispose();
            _ranges.RemoveAt(0);
        }
    }

    public void Read(long offset, Span<byte> buffer) => throw new NotSupportedException("what is not staged is read asynchronously");

    public ValueTask ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        foreach (var range in _ranges)
        {
            if (offset < range.Offset || offset + buffer.Length > range.Offset + range.Length) continue;
            var left = buffer.Span;
            for (var at = offset - range.Offset; left.Length > 0;)
            {
                var read = RandomAccess.Read(range.File, left, at);
                if (read == 0) throw new EndOfStreamException($"the staged copy ends before offset {offset + buffer.Length}");
                at += read;
                left = left[read..];
            }

            return ValueTask.CompletedTask;
        }

        return far.ReadAsync(offset, buffer, cancellationToken);
    }

    public void Dispose()
    {
        Release(long.MaxValue);
        (far as IDisposable)?.Dispose();
    }

    private readonly record struct Range(long Offset, long Length, SafeFileHandle File);
}
