using System.Buffers;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Rubato.Storage.Wal;

/// <summary>
/// The only thread that writes. Each round:
/// <code>
///   1 take all that waits        the group; its frames are compressed and hashed already
///   2 number and seal            40 bytes a record
///   3 write                      one gathered write at the segment's end
///   4 sync                       one fsync for the whole group (mode always, or a flush)
///   5 answer                     every caller of the group
///   6 rotate, trim               when asked
/// </code>
/// A failure in 3 or 4 fails the whole group; nobody was answered, so nothing that was promised is lost.
/// </summary>
internal sealed partial class WalWriter(IWalFileSystem files, WalFolder folder, WalOptions options, WalQueue queue, TimeProvider time, ILogger logger)
{
    private readonly long _seed = WalFrame.SeedOf(folder.WalId);
    private readonly List<WalSegment> _sealed = [.. folder.Segments];
    private readonly List<ReadOnlyMemory<byte>> _buffers = [];
    private long _nextNumber = folder.NextSegmentNumber;
    private long _nextSequence = folder.NextSequence;

    // Null until the first append and after a failure: a server on a full disk starts, answers queries and refuses spans.
    private WalSegment? _active;
    private IWalFile? _file;
    private long _offset;
    private long _syncedOffset;
    private bool _dirty;
    private long? _lastLogged;
    private long _lowestKept = folder.Segments.Count == 0 ? folder.NextSequence : folder.Segments[0].FirstSequence ?? 0;

    /// <summary>The first record that some segment may still have; any thread may ask.</summary>
    public long LowestKept => Volatile.Read(ref _lowestKept);

    public void Run()
    {
        var batch = new List<WalRequest>();
        while (queue.Take(ref batch, out var tick))
            Commit(batch, tick);

        Close();
    }

    private void Commit(List<WalRequest> batch, bool tick)
    {
        var bytes = 0L;
        var flush = tick;
        _buffers.Clear();
        foreach (var request in batch)
        {
            flush |= request.Kind == WalRequestKind.Flush;
            if (request.Kind != WalRequestKind.Append)
                continue;
            request.Sequence = _nextSequence++;
            WalFrame.Seal(request.Frame, request.Sequence, _seed);
            _buffers.Add(request.Frame.AsMemory(0, request.FrameBytes));
            bytes += request.FrameBytes;
        }

        WalWriteException? failure = null;
        try
        {
            if (bytes > 0)
                Write(bytes);
            if (_dirty && (flush || options.Sync.IsAlways))
                Sync();
        }
        catch (Exception e)
        {
            failure = Failed(e);
        }

        Answer(batch, bytes, failure);
    }

    private void Answer(List<WalRequest> batch, long bytes, WalWriteException? failure)
    {
        foreach (var request in batch)
        {
            if (request.Kind != WalRequestKind.Append)
                continue;
            ArrayPool<byte>.Shared.Return(request.Frame);
            request.Frame = [];
        }

        queue.Release(bytes);
        if (failure is null)
        {
            WalMetrics.Records.Inc(_buffers.Count);
            WalMetrics.Bytes.Inc(bytes);
        }

        // From Succeed or Fail on a request belongs to its caller, and soon to another append.
        foreach (var request in batch)
        {
            var kind = request.Kind;
            if (kind is WalRequestKind.Append or WalRequestKind.Flush)
            {
                if (failure is null)
                    request.Succeed();
                else
                    request.Fail(failure);
                continue;
            }

            try
            {
                if (kind == WalRequestKind.Rotate)
                    Rotate();
                else
                    Trim(request.Sequence);
                request.Succeed();
            }
            catch (Exception e)
            {
                request.Fail(Failed(e));
            }
        }
    }

    private void Write(long bytes)
    {
        if (_file is not null && _offset + bytes > options.SegmentBytes && _offset > WalSegmentHeader.Bytes)
            Seal();
        if (_file is null)
            Use(Create(firstSequence: _nextSequence - _buffers.Count));

        try
        {
            _file!.Write(_buffers, _offset);
        }
        catch
        {
            CutBackTo(_offset);
            throw;
        }

        _offset += bytes;
        _dirty = true;
    }

    private void Sync()
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            _file!.Sync();
        }
        catch
        {
            // After a failed fsync the kernel may drop the pages and report success next time: this file is not written again.
            Abandon();
            throw;
        }

        _dirty = false;
        _syncedOffset = _offset;
        WalMetrics.SyncSeconds.Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>Takes the bytes of a failed write away, so that they neither look like a torn tail nor come back as records.</summary>
    private void CutBackTo(long offset)
    {
        try
        {
            _file!.SetLength(offset);
        }
        catch (Exception e)
        {
            Log.CannotCutBack(logger, e, _active!.Name, offset);
            Abandon();
        }
    }

    private void Abandon()
    {
        try
        {
            // What was not acknowledged should not come back at replay. In the other modes it was acknowledged.
            if (options.Sync.IsAlways)
                _file!.SetLength(_syncedOffset);
        }
        catch (Exception e)
        {
            Log.CannotCutBack(logger, e, _active!.Name, _syncedOffset);
        }

        Log.Abandoned(logger, _active!.Name);
        CloseActive();
    }

    private (WalSegment, IWalFile) Create(long firstSequence)
    {
        var segment = new WalSegment(_nextNumber++, firstSequence);
        IWalFile? file = null;
        try
        {
            file = files.Create(segment.Name);
            var header = new byte[WalSegmentHeader.Bytes];
            new WalSegmentHeader(folder.WalId, firstSequence).Write(header);
            file.Write([header], 0);
            file.Sync();
            files.SyncFolder();
            return (segment, file);
        }
        catch
        {
            file?.Dispose();
            TryDelete(segment);
            throw;
        }
    }

    private void Use((WalSegment Segment, IWalFile File) next)
    {
        (_active, _file) = next;
        _offset = _syncedOffset = WalSegmentHeader.Bytes;
        WalMetrics.Segments.Set(_sealed.Count + 1);
    }

    /// <summary>Ends the active segment; the next write begins another.</summary>
    private void Seal()
    {
        if (_dirty)
            Sync();
        CloseActive();
    }

    private void CloseActive()
    {
        _file!.Dispose();
        _sealed.Add(_active!);
        _file = null;
        _active = null;
        _dirty = false;
    }

    private void Rotate()
    {
        if (_file is null || _offset == WalSegmentHeader.Bytes)
            return;
        if (_dirty)
            Sync();
        var next = Create(_nextSequence);
        CloseActive();
        Use(next);
    }

    private void Trim(long lowestNeeded)
    {
        if (_file is not null && _offset > WalSegmentHeader.Bytes && lowestNeeded >= _nextSequence)
            Renew();

        // A segment's records end where the next sound header begins; the last segment is kept, since it carries the numbering.
        // Oldest first, so that a crash in between leaves no hole.
        var deleted = 0;
        while (deleted < _sealed.Count && EndOf(deleted) <= lowestNeeded && TryDelete(_sealed[deleted]))
            deleted++;
        if (deleted == 0)
            return;

        _sealed.RemoveRange(0, deleted);
        WalMetrics.Segments.Set(_sealed.Count + (_active is null ? 0 : 1));
        files.SyncFolder();
        // Only now: before the sync a power cut could bring the segments back.
        Volatile.Write(ref _lowestKept, _sealed.Count > 0 ? _sealed[0].FirstSequence ?? 0 : _active?.FirstSequence ?? _nextSequence);
    }

    private long? EndOf(int index)
    {
        for (var next = index + 1; next < _sealed.Count; next++)
        {
            if (_sealed[next].FirstSequence is { } first)
                return first;
        }

        return _active?.FirstSequence;
    }

    /// <summary>Every record of the active segment is in a block: its space must come back, above all when there is none left.</summary>
    private void Renew()
    {
        try
        {
            Rotate();
        }
        catch (Exception e)
        {
            // No room for 48 bytes of another header: empty the segment in place. Numbering goes on within it.
            Log.CannotRotate(logger, e, options.Path);
            if (_file is null)
                return;
            _file.SetLength(WalSegmentHeader.Bytes);
            _offset = _syncedOffset = WalSegmentHeader.Bytes;
        }
    }

    private bool TryDelete(WalSegment segment)
    {
        try
        {
            files.Delete(segment.Name);
            return true;
        }
        catch (Exception e)
        {
            Log.CannotDelete(logger, e, segment.Name);
            return false;
        }
    }

    private void Close()
    {
        try
        {
            if (_dirty)
                Sync();
        }
        catch (Exception e)
        {
            Failed(e);
        }

        _file?.Dispose();
    }

    private WalWriteException Failed(Exception e)
    {
        var failure = WalWriteException.IsDiskFull(e) ? WalWriteFailure.DiskFull : WalWriteFailure.Disk;
        WalMetrics.Failures.WithLabels(failure.ToString()).Inc();
        LogFailure(e);
        return new WalWriteException(failure, $"The WAL in {options.Path} cannot be written ({e.Message}); nothing of this request is stored, send it again", e);
    }

    // A full disk fails thousands of times a second: one line in ten seconds tells as much.
    private void LogFailure(Exception e)
    {
        var now = time.GetTimestamp();
        if (_lastLogged is { } last && time.GetElapsedTime(last, now) < TimeSpan.FromSeconds(10))
            return;
        _lastLogged = now;
        Log.WriteFailed(logger, e, options.Path);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "WAL write failed; spans are refused until it works again path={Path}")]
        public static partial void WriteFailed(ILogger logger, Exception e, string path);

        [LoggerMessage(2, LogLevel.Warning, "cannot cut a failed write back; a new segment begins segment={Segment} offset={Offset}")]
        public static partial void CannotCutBack(ILogger logger, Exception e, string segment, long offset);

        [LoggerMessage(3, LogLevel.Warning, "WAL segment is not written any more segment={Segment}")]
        public static partial void Abandoned(ILogger logger, string segment);

        [LoggerMessage(4, LogLevel.Warning, "cannot delete WAL segment, tried again later segment={Segment}")]
        public static partial void CannotDelete(ILogger logger, Exception e, string segment);

        [LoggerMessage(5, LogLevel.Warning, "cannot begin a new WAL segment, the old one is emptied in place path={Path}")]
        public static partial void CannotRotate(ILogger logger, Exception e, string path);
    }
}
