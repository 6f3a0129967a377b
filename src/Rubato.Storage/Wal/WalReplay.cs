using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Rubato.Model.Tenants;

namespace Rubato.Storage.Wal;

/// <summary>
/// Reads the log back, record by record, with memory for one window and one payload. What cannot be read is named,
/// counted and set aside; everything else is returned.
/// </summary>
public sealed partial class WalReplay : IDisposable
{
    internal const string DamagedExtension = ".damaged";

    private readonly IWalFileSystem _files;
    private readonly WalFolder _folder;
    private readonly Func<long, bool>? _skip;
    private readonly ILogger _logger;
    private readonly long _seed;

    private int _nextSegment;
    private WalSegment? _segment;
    private IWalFile? _file;
    private WalSegmentReader? _reader;
    private bool _segmentDamaged;
    private byte[] _payload = [];
    private TenantId _tenant;
    private long _lastSequence;
    private long _endSequence;
    private WalReplaySummary _summary;

    internal WalReplay(IWalFileSystem files, WalFolder folder, Func<long, bool>? skip, ILogger logger)
    {
        _files = files;
        _folder = folder;
        _skip = skip;
        _logger = logger;
        _seed = WalFrame.SeedOf(folder.WalId);
    }

    /// <summary>Complete when <see cref="TryReadNext"/> has returned false.</summary>
    public WalReplaySummary Summary => _summary;

    /// <exception cref="IOException">The disk cannot be read: not damage, and not to be passed over.</exception>
    public bool TryReadNext(out WalRecord record)
    {
        while (true)
        {
            if (_reader is null && !OpenNext())
            {
                record = default;
                return false;
            }

            if (!_reader!.TryReadNext(out var frame, out var body))
            {
                EndSegment();
                continue;
            }

            if (_reader.DamageBefore is { Bytes: > 0 } damage)
                Damaged(damage.Offset, damage.Bytes, "checksum");
            if (TryDecode(frame, body, out record))
                return true;
        }
    }

    public void Dispose()
    {
        CloseSegment();
        if (_payload.Length > 0)
            ArrayPool<byte>.Shared.Return(_payload);
        _payload = [];
    }

    private bool OpenNext()
    {
        if (_nextSegment == _folder.Segments.Count)
            return false;

        _segment = _folder.Segments[_nextSegment++];
        _segmentDamaged = false;
        _endSequence = EndOf(_segment);
        _file = _files.Open(_segment.Name);
        var sound = _segment.FirstSequence is not null;
        // Shorter than its header: the power went while it was created. Otherwise the header is damaged: look for frames from the start.
        _reader = new WalSegmentReader(_file, _seed, sound ? WalSegmentHeader.Bytes : 0);
        _summary = _summary with { Segments = _summary.Segments + 1 };
        return true;
    }

    /// <summary>The number at which the next segments begin, as far as their headers are sound.</summary>
    private long EndOf(WalSegment segment)
    {
        var begin = Math.Max(_lastSequence, segment.FirstSequence ?? 0);
        return _folder.Segments.Skip(_nextSegment).FirstOrDefault(later => later.FirstSequence > begin)?.FirstSequence ?? long.MaxValue;
    }

    private bool TryDecode(in WalFrame frame, ReadOnlySpan<byte> body, out WalRecord record)
    {
        record = default;
        // A later segment's record here is a copy that a misdirected write left: taken, it would push every record between out.
        if (frame.Sequence <= _lastSequence || frame.Sequence >= _endSequence)
        {
            Damaged(0, body.Length, $"record {frame.Sequence} after {_lastSequence}, before {_endSequence}");
            return false;
        }

        _lastSequence = frame.Sequence;
        if (_skip?.Invoke(frame.Sequence) == true)
        {
            _summary = _summary with { Skipped = _summary.Skipped + 1 };
            return false;
        }

        var stored = body[frame.TenantBytes..];
        if (_payload.Length < frame.PayloadBytes)
        {
            if (_payload.Length > 0)
                ArrayPool<byte>.Shared.Return(_payload);
            _payload = ArrayPool<byte>.Shared.Rent(frame.PayloadBytes);
        }

        try
        {
            ReadTenant(body[..frame.TenantBytes]);
            WalCompression.Decompress(frame.Encoding, stored, _payload.AsSpan(0, frame.PayloadBytes));
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            Damaged(0, body.Length, $"record {frame.Sequence}: {e.Message}");
            return false;
        }

        record = new WalRecord(frame.Sequence, _tenant, _payload.AsMemory(0, frame.PayloadBytes));
        _summary = _summary with { Records = _summary.Records + 1, Bytes = _summary.Bytes + frame.PayloadBytes };
        WalMetrics.ReplayedRecords.Inc();
        return true;
    }

    // Almost always the tenant of the record before: no string for each.
    private void ReadTenant(ReadOnlySpan<byte> name)
    {
        if (_tenant.IsEmpty || !Ascii.Equals(name, _tenant.Value))
            _tenant = TenantId.Parse(Encoding.ASCII.GetString(name));
    }

    private void EndSegment()
    {
        var tail = _reader!.Length - _reader.SoundEnd;
        if (tail > 0)
        {
            // Of the last segment it is what a crash leaves. Of an earlier one it should have been cut off by the writer,
            // so it may be damage, as is a header that was whole once: keep a copy to look at.
            var headerDamaged = _segment!.FirstSequence is null && _reader.Length > WalSegmentHeader.Bytes;
            if (_nextSegment < _folder.Segments.Count || headerDamaged)
                SetAside();
            Log.TornTail(_logger, _segment.Name, _reader.SoundEnd, tail);
            WalMetrics.TornTails.Inc();
            _summary = _summary with { TornTails = _summary.TornTails + 1, TornBytes = _summary.TornBytes + tail };
            try
            {
                _file!.SetLength(_reader.SoundEnd);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Nothing is ever appended behind it, so it may stay and be counted again next time.
                Log.CannotCut(_logger, e, _segment.Name);
            }
        }

        CloseSegment();
    }

    private void Damaged(long offset, long bytes, string reason)
    {
        Log.Damaged(_logger, _segment!.Name, offset, bytes, reason);
        WalMetrics.Damages.Inc();
        _summary = _summary with { Damages = _summary.Damages + 1, DamagedBytes = _summary.DamagedBytes + bytes };
        SetAside();
    }

    private void SetAside()
    {
        if (_segmentDamaged)
            return;
        _segmentDamaged = true;
        var copy = _segment!.Name + DamagedExtension;
        try
        {
            if (!_files.List().Contains(copy))
                _files.Copy(_segment.Name, copy);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.CannotSetAside(_logger, e, copy);
        }
    }

    private void CloseSegment()
    {
        _reader?.Dispose();
        _file?.Dispose();
        _reader = null;
        _file = null;
    }

    private static partial class Log
    {
        [LoggerMessage(11, LogLevel.Warning, "WAL segment has a torn tail, cut off segment={Segment} offset={Offset} bytes={Bytes}")]
        public static partial void TornTail(ILogger logger, string segment, long offset, long bytes);

        [LoggerMessage(12, LogLevel.Error, "WAL segment is damaged, records there are lost; a copy is kept segment={Segment} offset={Offset} bytes={Bytes} reason={Reason}")]
        public static partial void Damaged(ILogger logger, string segment, long offset, long bytes, string reason);

        [LoggerMessage(13, LogLevel.Warning, "cannot cut the torn tail of a WAL segment off segment={Segment}")]
        public static partial void CannotCut(ILogger logger, Exception e, string segment);

        [LoggerMessage(14, LogLevel.Warning, "cannot keep a copy of a damaged WAL segment copy={Copy}")]
        public static partial void CannotSetAside(ILogger logger, Exception e, string copy);
    }
}
