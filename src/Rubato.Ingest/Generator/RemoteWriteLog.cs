using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Rubato.Storage;

namespace Rubato.Ingest.Generator;

/// <summary>
/// What a tenant's endpoints have still to get, on disk: a file for each collection, and for each endpoint how far it is. A file goes when every endpoint has it, or when
/// the log is full. So neither a restart nor an endpoint that is away loses a sample as long as there is room.
/// </summary>
/// <remarks>
/// <code>
///  &lt;storage.path&gt;/&lt;tenant&gt;/wal/0000000000000012.samples    12 = number of the collection
///      8 bytes time in ms, then for each request body: 4 length, 4 samples, 8 XXH3 of the body, body     (little endian)
///  &lt;storage.path&gt;/&lt;tenant&gt;/wal/&lt;endpoint&gt;.sent             the last collection that the endpoint has, as text
/// </code>
/// Members lock; a file is written by the generator's loop and read by the senders.
/// </remarks>
internal sealed class RemoteWriteLog
{
    private const string Suffix = ".samples";

    /// <summary>The newest collection stays in memory up to here, for endpoints that keep up: they need not read back what was just written.</summary>
    private const int MaxKeptBytes = 16 << 20;

    private readonly Lock _lock = new();
    private readonly string _folder;
    private readonly long _maxBytes;
    private readonly SortedDictionary<long, (long Bytes, int Samples)> _files = [];
    private readonly Dictionary<string, long> _sent = new(StringComparer.Ordinal);
    private readonly Action<string, int> _dropped;
    private TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _next = 1;
    private long _bytes;
    private (long Number, long TimeMs, IReadOnlyList<SampleBatch> Batches)? _kept;

    /// <param name="folder">Made when it is not there.</param>
    /// <param name="maxBytes">Of all files together.</param>
    /// <param name="endpoints">Their names, which name files.</param>
    /// <param name="dropped">Told an endpoint and how many samples it will never get.</param>
    public RemoteWriteLog(string folder, long maxBytes, IEnumerable<string> endpoints, Action<string, int> dropped)
    {
        _folder = folder;
        _maxBytes = maxBytes;
        _dropped = dropped;
        Directory.CreateDirectory(folder);
        foreach (var endpoint in endpoints)
        {
            var path = SentPath(endpoint);
            _sent[endpoint] = File.Exists(path) && long.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out var sent) ? sent : 0;
            _next = Math.Max(_next, _sent[endpoint] + 1);
        }

        foreach (var path in Directory.EnumerateFiles(folder, "*" + Suffix))
        {
            if (!long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) continue;
            var (time, bodies) = Read(path);
            LastMs = Math.Max(LastMs, time);
            var size = new FileInfo(path).Length;
            _files.Add(number, (size, bodies.Sum(b => b.Samples)));
            _bytes += size;
            _next = Math.Max(_next, number + 1);
        }

        if (File.Exists(TimePath) && long.TryParse(File.ReadAllText(TimePath), NumberStyles.None, CultureInfo.InvariantCulture, out var last)) LastMs = Math.Max(LastMs, last);
        Release();
    }

    /// <summary>Time of the last collection, of an earlier run too; 0 when there was none.</summary>
    public long LastMs { get; private set; }

    private string TimePath => Path.Combine(_folder, "last-collection");

    /// <summary>Whether a folder of an earlier run holds something to send.</summary>
    public static bool HasFiles(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*" + Suffix).Any();

    /// <summary>Keeps a collection; when this returns it is on the disk.</summary>
    public void Append(long timeMs, IReadOnlyList<SampleBatch> batches)
    {
        if (batches.Count == 0) return;
        // Bodies go to the disk from where they lie.
        var heads = new byte[8 + (16 * batches.Count)];
        BinaryPrimitives.WriteInt64LittleEndian(heads, timeMs);
        var parts = new List<ReadOnlyMemory<byte>>(1 + (2 * batches.Count)) { heads.AsMemory(0, 8) };
        var size = 8L;
        for (var b = 0; b < batches.Count; b++)
        {
            var (body, samples) = batches[b];
            var head = heads.AsMemory(8 + (16 * b), 16);
            BinaryPrimitives.WriteInt32LittleEndian(head.Span, body.Length);
            BinaryPrimitives.WriteInt32LittleEndian(head.Span[4..], samples);
            BinaryPrimitives.WriteUInt64LittleEndian(head.Span[8..], XxHash3.HashToUInt64(body));
            parts.AddRange([head, body]);
            size += 16 + body.Length;
        }

        long number;
        lock (_lock) number = _next++;
        Write(PathOf(number), parts);
        WriteNumber(TimePath, timeMs);
        lock (_lock)
        {
            LastMs = timeMs;
            _files.Add(number, (size, batches.Sum(b => b.Samples)));
            _bytes += size;
            _kept = size <= MaxKeptBytes ? (number, timeMs, batches) : null;
            while (_bytes > _maxBytes && _files.Count > 1) DropOldest();
            Interlocked.Exchange(ref _added, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }

        Release();
    }

    /// <summary>The first collection that the endpoint does not have; null when it has all. The task ends when another one comes.</summary>
    public long? Next(string endpoint, out Task added)
    {
        lock (_lock)
        {
            added = _added.Task;
            foreach (var (number, _) in _files)
            {
                if (number > _sent[endpoint]) return number;
            }

            return null;
        }
    }

    /// <summary>A collection: from memory while it is the newest, else what is good of its file, where a damaged body and all behind it are left out.</summary>
    public (long TimeMs, IReadOnlyList<SampleBatch> Batches) Read(long number)
    {
        lock (_lock)
        {
            if (_kept is { } kept && kept.Number == number) return (kept.TimeMs, kept.Batches);
        }

        return Read(PathOf(number));
    }

    /// <summary>The endpoint has everything up to here.</summary>
    public void MarkSent(string endpoint, long number)
    {
        lock (_lock) _sent[endpoint] = Math.Max(_sent[endpoint], number);
        WriteNumber(SentPath(endpoint), number);
        Release();
    }

    /// <summary>Samples and collections that the endpoint has still to get.</summary>
    public (long Samples, int Collections) Pending(string endpoint)
    {
        lock (_lock)
        {
            var sent = _sent[endpoint];
            var (samples, collections) = (0L, 0);
            foreach (var (number, file) in _files)
            {
                if (number <= sent) continue;
                samples += file.Samples;
                collections++;
            }

            return (samples, collections);
        }
    }

    /// <summary>What is good of the bytes of a file.</summary>
    public static (long TimeMs, List<SampleBatch> Batches) Parse(ReadOnlySpan<byte> content)
    {
        var batches = new List<SampleBatch>();
        if (content.Length < 8) return (0, batches);
        var time = BinaryPrimitives.ReadInt64LittleEndian(content);
        var rest = content[8..];
        while (rest.Length >= 16)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (length < 0 || length > rest.Length - 16) break;
            var body = rest.Slice(16, length);
            if (XxHash3.HashToUInt64(body) != BinaryPrimitives.ReadUInt64LittleEndian(rest[8..])) break;
            batches.Add(new SampleBatch(body.ToArray(), Math.Max(0, BinaryPrimitives.ReadInt32LittleEndian(rest[4..]))));
            rest = rest[(16 + length)..];
        }

        return (time, batches);
    }

    /// <summary>Deletes what every endpoint has.</summary>
    private void Release()
    {
        lock (_lock)
        {
            var all = _sent.Count == 0 ? long.MaxValue : _sent.Values.Min();
            while (_files.Count > 0 && _files.First() is var oldest && oldest.Key <= all) Remove(oldest.Key, oldest.Value.Bytes);
        }
    }

    private void DropOldest()
    {
        var (number, file) = _files.First();
        foreach (var (endpoint, sent) in _sent)
        {
            if (sent < number) _dropped(endpoint, file.Samples);
        }

        Remove(number, file.Bytes);
    }

    private static (long TimeMs, List<SampleBatch> Batches) Read(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (IOException)
        {
            return (0, []);
        }
    }

    private void Remove(long number, long bytes)
    {
        if (_kept?.Number == number) _kept = null;
        _files.Remove(number);
        _bytes -= bytes;
        File.Delete(PathOf(number));
    }

    private static void Write(string path, IReadOnlyList<ReadOnlyMemory<byte>> content)
    {
        var temporary = path + ".tmp";
        using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, content, 0);
            RandomAccess.FlushToDisk(file);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static void WriteNumber(string path, long number) => Write(path, [Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture))]);

    private string PathOf(long number) => Path.Combine(_folder, number.ToString("d16", CultureInfo.InvariantCulture) + Suffix);

    private string SentPath(string endpoint) => Path.Combine(_folder, endpoint + ".sent");
}
