using System.Collections;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Rubato.Model.Spans;

namespace Rubato.Storage.Blocks.V1.Indexing;

/// <summary>
/// The trace ids of a block that is being written: needed only at its end, where what tells them apart is found. With a folder, all but the latest
/// 64k go to a file there, so that a block of many million traces costs no memory for them. Read in order: each step back or forth over 64k is a read.
/// </summary>
/// <param name="folder">Null: keep all in memory, which is right for a block from memory.</param>
internal sealed class TraceIdSpool(string? folder) : IReadOnlyList<TraceId>, IDisposable
{
    private const int ChunkIds = 64 * 1024;

    private readonly List<TraceId[]> _kept = [];
    private TraceId[] _last = [];
    private int _lastCount;
    private TraceId[] _read = [];
    private int _readChunk = -1;
    private SafeFileHandle? _file;

    public int Count { get; private set; }

    private int FullChunks => (Count - _lastCount) / ChunkIds;

    public TraceId this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            var chunk = index / ChunkIds;
            if (chunk == FullChunks) return _last[index % ChunkIds];
            if (folder is null) return _kept[chunk][index % ChunkIds];
            if (chunk != _readChunk) Load(chunk);
            return _read[index % ChunkIds];
        }
    }

    public void Add(TraceId id)
    {
        if (_lastCount == _last.Length) Grow();
        _last[_lastCount++] = id;
        Count++;
    }

    public IEnumerator<TraceId> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => _file?.Dispose();

    private void Grow()
    {
        if (_lastCount < ChunkIds)
        {
            Array.Resize(ref _last, Math.Clamp(_last.Length * 2, 1024, ChunkIds));
            return;
        }

        if (folder is null)
        {
            _kept.Add(_last);
            _last = new TraceId[ChunkIds];
        }
        else
        {
            _file ??= Open(folder);
            RandomAccess.Write(_file, MemoryMarshal.AsBytes(_last.AsSpan()), (Count - (long)ChunkIds) * TraceId.Size);
        }

        _lastCount = 0;
    }

    private void Load(int chunk)
    {
        if (_read.Length == 0) _read = new TraceId[ChunkIds];
        var bytes = MemoryMarshal.AsBytes(_read.AsSpan());
        for (var at = chunk * (long)ChunkIds * TraceId.Size; bytes.Length > 0;)
        {
            var read = RandomAccess.Read(_file!, bytes, at);
            if (read == 0) throw new EndOfStreamException("the file with the trace ids of the block that is being written was cut off");
            at += read;
            bytes = bytes[read..];
        }

        _readChunk = chunk;
    }

    // Nobody but this process reads it, and it does not outlive it: the order of bytes is the machine's.
    private static SafeFileHandle Open(string folder)
    {
        Directory.CreateDirectory(folder);
        return File.OpenHandle(
            Path.Combine(folder, Path.GetRandomFileName() + ".staged"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
    }
}
