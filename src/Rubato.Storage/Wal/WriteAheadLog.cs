using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Model.Tenants;

namespace Rubato.Storage.Wal;

/// <summary>
/// The log that every acknowledged span is in until a block holds it. Appends from many threads share one write and one
/// fsync (<see cref="WalWriter"/>). Order of use: open, <see cref="Replay"/> to its end, then append and trim.
/// </summary>
public sealed class WriteAheadLog : IAsyncDisposable
{
    private readonly WalOptions _options;
    private readonly IWalFileSystem _files;
    private readonly WalFolder _folder;
    private readonly ILogger _logger;
    private readonly WalQueue _queue;
    private readonly WalWriter _writer;
    private readonly WalRequestPool _pool = new();
    private readonly long _seed;
    private readonly ITimer? _syncTimer;
    private readonly TaskCompletionSource _writerEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DataFolderLock? _lock;

    private WriteAheadLog(WalOptions options, IWalFileSystem files, TimeProvider time, Random random, ILogger logger, DataFolderLock? folderLock)
    {
        _options = options;
        _files = files;
        _logger = logger;
        _lock = folderLock;
        _folder = WalFolder.Open(files, random);
        _seed = WalFrame.SeedOf(_folder.WalId);
        _queue = new WalQueue(options.MaxQueuedBytes);
        var writer = new WalWriter(files, _folder, options, _queue, time, logger);
        _writer = writer;
        new Thread(() => RunWriter(writer)) { IsBackground = true, Name = "wal-writer" }.Start();
        if (options.Sync.Interval is { } interval)
            _syncTimer = time.CreateTimer(static queue => ((WalQueue)queue!).Tick(), _queue, interval, interval);
    }

    /// <summary>The identity of this folder: blocks name it beside the record numbers that they hold.</summary>
    public Guid WalId => _folder.WalId;

    /// <summary>No record with a lower number is in the folder any more, nor ever will be: blocks need not name those.</summary>
    public long LowestKept => _writer.LowestKept;

    /// <exception cref="DataFolderInUseException">Another process has the folder open.</exception>
    /// <exception cref="InvalidDataException">The folder holds segments of another WAL or of a newer program.</exception>
    public static WriteAheadLog Open(WalOptions options, TimeProvider time, Random random, ILogger<WriteAheadLog>? logger = null)
    {
        var folderLock = DataFolderLock.Acquire(options.Path);
        try
        {
            return new WriteAheadLog(
                options, new DiskWalFileSystem(options.Path), time, random, logger ?? NullLogger<WriteAheadLog>.Instance, folderLock);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    internal static WriteAheadLog Open(WalOptions options, IWalFileSystem files, TimeProvider time, Random random) =>
        new(options, files, time, random, NullLogger.Instance, folderLock: null);

    /// <summary>
    /// Everything that was in the folder when it was opened, in order. May run beside appends; must end before the first
    /// <see cref="TrimBeforeAsync"/>.
    /// </summary>
    /// <param name="skip">Records whose number is known to be in a block: counted, not decompressed, not returned.</param>
    public WalReplay Replay(Func<long, bool>? skip = null) => new(_files, _folder, skip, _logger);

    /// <summary>
    /// Stores one payload. When the task ends, it is as durable as <see cref="WalOptions.Sync"/> says. The payload is
    /// compressed and copied before this method returns: the buffers are the caller's again. The token is looked at before
    /// the record is queued; from there on it is written.
    /// </summary>
    /// <exception cref="WalWriteException">Not stored (through the task).</exception>
    public ValueTask<WalPosition> AppendAsync(TenantId tenant, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<WalPosition>(cancellationToken)
            : Append(tenant, payload.Span);

    /// <inheritdoc cref="AppendAsync(TenantId, ReadOnlyMemory{byte}, CancellationToken)"/>
    public ValueTask<WalPosition> AppendAsync(TenantId tenant, in ReadOnlySequence<byte> payload, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<WalPosition>(cancellationToken);
        if (payload.IsSingleSegment)
            return Append(tenant, payload.FirstSpan);
        if (payload.Length > _options.MaxRecordBytes)
            return TooLarge(payload.Length);

        // The block encodings want one piece; a copy costs a tenth of the compression.
        var copy = ArrayPool<byte>.Shared.Rent((int)payload.Length);
        try
        {
            payload.CopyTo(copy);
            return Append(tenant, copy.AsSpan(0, (int)payload.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    /// <summary>Ends when every append that was acknowledged before the call is on disk, in every mode.</summary>
    public ValueTask FlushAsync() => Ask(WalRequestKind.Flush, 0);

    /// <summary>Begins a new segment, so that the old one can go when its records are in blocks.</summary>
    public ValueTask RotateAsync() => Ask(WalRequestKind.Rotate, 0);

    /// <summary>
    /// No record below <paramref name="lowestNeeded"/> is needed any more: whole segments below it are deleted. A number
    /// above the last append (<see cref="long.MaxValue"/>) says that nothing is needed, and empties the log.
    /// </summary>
    public ValueTask TrimBeforeAsync(long lowestNeeded) => Ask(WalRequestKind.Trim, lowestNeeded);

    /// <summary>Writes and syncs what was accepted, refuses the rest, releases the folder. May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_syncTimer is not null)
            await _syncTimer.DisposeAsync();
        _queue.Close();
        try
        {
            await _writerEnded.Task;
        }
        finally
        {
            _lock?.Dispose();
        }
    }

    private ValueTask<WalPosition> Append(TenantId tenant, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > _options.MaxRecordBytes)
            return TooLarge(payload.Length);

        var encoding = _options.Encoding;
        var tenantBytes = tenant.Value.Length;
        var frame = ArrayPool<byte>.Shared.Rent(WalFrame.HeaderBytes + tenantBytes + Math.Max(WalCompression.MaxBytes(encoding, payload.Length), payload.Length));
        var body = frame.AsSpan(WalFrame.HeaderBytes);
        Encoding.ASCII.GetBytes(tenant.Value, body);
        var stored = WalCompression.Compress(ref encoding, payload, body[tenantBytes..]);
        var frameBytes = WalFrame.HeaderBytes + tenantBytes + stored;
        WalFrame.WriteUnsealed(frame.AsSpan(0, frameBytes), encoding, tenantBytes, payload.Length, _seed);

        var request = _pool.Rent();
        request.Begin(WalRequestKind.Append, frame, frameBytes, 0);
        var version = request.Version;
        if (_queue.TryAdd(request))
            return new ValueTask<WalPosition>(request, version);

        ArrayPool<byte>.Shared.Return(frame);
        _pool.Return(request);
        return _queue.IsClosed
            ? Refuse(WalWriteFailure.Closed, "The server is stopping; send the request again")
            : Refuse(WalWriteFailure.Overloaded, $"The WAL in {_options.Path} is behind: {_options.MaxQueuedBytes} bytes wait for the disk; send the request again later");
    }

    private ValueTask Ask(WalRequestKind kind, long sequence)
    {
        var request = _pool.Rent();
        request.Begin(kind, [], 0, sequence);
        var version = request.Version;
        return _queue.TryAdd(request)
            ? new ValueTask(request, version)
            : ValueTask.FromException(new WalWriteException(WalWriteFailure.Closed, "The WAL is closed"));
    }

    private ValueTask<WalPosition> TooLarge(long bytes) => Refuse(
        WalWriteFailure.RecordTooLarge, $"A request of {bytes} bytes is larger than a WAL record may be ({_options.MaxRecordBytes} bytes); send smaller ones");

    private static ValueTask<WalPosition> Refuse(WalWriteFailure failure, string message)
    {
        WalMetrics.Failures.WithLabels(failure.ToString()).Inc();
        return ValueTask.FromException<WalPosition>(new WalWriteException(failure, message));
    }

    private void RunWriter(WalWriter writer)
    {
        try
        {
            writer.Run();
            _writerEnded.SetResult();
        }
        catch (Exception e)
        {
            // A bug, not the disk: nobody may wait for ever for a writer that is gone.
            _queue.Close();
            var left = new List<WalRequest>();
            _queue.Take(ref left, out _);
            foreach (var request in left)
                request.Fail(new WalWriteException(WalWriteFailure.Closed, "The WAL writer stopped; nothing of this request is stored", e));
            _writerEnded.SetException(e);
        }
    }
}
