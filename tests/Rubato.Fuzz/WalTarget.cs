using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Model.Tenants;
using Rubato.Storage.Wal;

namespace Rubato.Fuzz;

/// <summary>
/// Segments of a small log, some of them damaged. Replay ends, returns nothing that was not written and nothing twice or out of order,
/// returns every record of the segments that nobody touched, and finds the same again afterwards.
/// </summary>
internal sealed class WalTarget : IFuzzTarget
{
    private const int RecordsEach = 12;

    private static readonly WalEncoding[] Encodings = [WalEncoding.None, WalEncoding.Snappy, WalEncoding.Zstd, WalEncoding.Lz4, WalEncoding.Gzip];

    // What was written: by the log's identity, its segments and their records.
    private readonly Dictionary<Guid, Dictionary<long, (TenantId Tenant, byte[] Payload)>> _written = [];
    private readonly Dictionary<string, List<(Guid Log, long Sequence)>> _sound = new(StringComparer.Ordinal);

    public long MaxAllocatedBytes => 64 << 20;

    public IEnumerable<byte[]> Corpus(Random random)
    {
        for (var log = 0; log < 6; log++)
        {
            var files = new FuzzWalFiles();
            for (var start = 0; start < 1 + (log % 3); start++) Fill(files, random, Encodings[(log + start) % Encodings.Length]);
            yield return Join(files);
        }
    }

    public byte[] Mutate(Random random, Mutator mutator, byte[] input, byte[] other)
    {
        var parts = Sections.Split(input);
        var others = Sections.Split(other);
        if (parts.Count < 2 || others.Count < 2) return mutator.Mutate(input, other);

        // The first part is wal.id; the others are segments, damaged one at a time so that the rest must come back whole.
        var victim = random.Next(20) == 0 ? 0 : random.Next(1, parts.Count);
        switch (random.Next(8))
        {
            case 0:
                parts[victim] = parts[victim][..random.Next(parts[victim].Length + 1)];
                break;
            case 1:
                // A piece of another segment of the same log, as a misdirected write leaves it.
                parts[victim] = Splice(random, parts[victim], parts[random.Next(1, parts.Count)]);
                break;
            case 2:
                parts[victim] = Splice(random, parts[victim], others[random.Next(1, others.Count)]);
                break;
            case 3 when parts[victim].Length > 0:
                // A sector of zeros.
                var at = random.Next(parts[victim].Length);
                parts[victim] = parts[victim].ToArray();
                parts[victim].AsSpan(at, Math.Min(512, parts[victim].Length - at)).Clear();
                break;
            default:
                parts[victim] = mutator.Mutate(parts[victim], others[random.Next(others.Count)]);
                break;
        }

        return Sections.Join(parts);
    }

    public void Run(byte[] input)
    {
        var files = new FuzzWalFiles();
        var parts = Sections.Split(input);
        if (parts.Count == 0) return;
        files.Files[WalFolder.IdFileName] = parts[0];
        for (var i = 1; i < parts.Count; i++) files.Files[new WalSegment(i, null).Name] = parts[i];
        WalFolder folder;
        try
        {
            folder = WalFolder.Open(files, new Random(1));
        }
        catch (InvalidDataException)
        {
            // Segments of two logs, or of a newer program: a refusal to start, in words.
            return;
        }

        var isAlone = parts.Skip(1).Count(part => !_sound.ContainsKey(Convert.ToHexString(part))) <= 1;
        var first = Replay(files, folder, isAlone);
        CheckSoundSegments(parts, folder, first);
        folder = WalFolder.Open(files, new Random(1));
        var second = Replay(files, folder, isAlone);
        if (!first.SequenceEqual(second)) throw new InvalidOperationException($"{first.Count} records at first, {second.Count} after");
    }

    /// <param name="isAlone">At most one segment is damaged: then even the numbers to come are certain.</param>
    private List<long> Replay(FuzzWalFiles files, WalFolder folder, bool isAlone = true)
    {
        var known = _written.GetValueOrDefault(folder.WalId) ?? [];
        var sequences = new List<long>();
        using var replay = new WalReplay(files, folder, skip: null, NullLogger.Instance);
        while (replay.TryReadNext(out var record))
        {
            if (sequences.Count > 0 && record.Sequence <= sequences[^1]) throw new InvalidOperationException($"record {record.Sequence} after {sequences[^1]}");
            if (!known.TryGetValue(record.Sequence, out var wrote)) throw new InvalidOperationException($"record {record.Sequence} was never written");
            if (record.Tenant != wrote.Tenant || !record.Payload.Span.SequenceEqual(wrote.Payload)) throw new InvalidOperationException($"record {record.Sequence} is not what was written");
            sequences.Add(record.Sequence);
            if (isAlone && record.Sequence >= folder.NextSequence) throw new InvalidOperationException($"record {record.Sequence} is there, and the next number would be {folder.NextSequence}");
        }

        if (replay.Summary.Records != sequences.Count) throw new InvalidOperationException($"{replay.Summary} for {sequences.Count} records");
        return sequences;
    }

    private void CheckSoundSegments(List<byte[]> parts, WalFolder folder, List<long> found)
    {
        var all = found.ToHashSet();
        foreach (var segment in parts.Skip(1).Select(Convert.ToHexString).Distinct())
        {
            foreach (var (log, sequence) in _sound.GetValueOrDefault(segment) ?? [])
            {
                if (log == folder.WalId && !all.Contains(sequence)) throw new InvalidOperationException($"record {sequence} of an untouched segment is gone");
            }
        }
    }

    /// <summary>One run of a server: a few records in a segment of its own.</summary>
    private void Fill(FuzzWalFiles files, Random random, WalEncoding encoding)
    {
        var options = new WalOptions { Path = "memory", Encoding = encoding, SegmentBytes = 2000 };
        var log = WriteAheadLog.Open(options, files, TimeProvider.System, random);
        var records = _written.TryGetValue(log.WalId, out var known) ? known : _written[log.WalId] = [];
        for (var i = 0; i < RecordsEach; i++)
        {
            var payload = new byte[random.Next(8) == 0 ? 0 : random.Next(random.Next(2) == 0 ? 20 : 700)];
            for (var at = 0; at < payload.Length; at++) payload[at] = (byte)(random.Next(4) == 0 ? random.Next(256) : 'x');
            var tenant = TenantId.Parse(random.Next(3) == 0 ? "tenant-" + random.Next(3) : "single-tenant");
            var position = log.AppendAsync(tenant, payload).AsTask().GetAwaiter().GetResult();
            records.Add(position.Sequence, (tenant, payload));
        }

        log.DisposeAsync().AsTask().GetAwaiter().GetResult();
        RememberSegments(files, log.WalId);
    }

    private void RememberSegments(FuzzWalFiles files, Guid log)
    {
        foreach (var (name, bytes) in files.Files)
        {
            if (!WalSegment.TryParseName(name, out _)) continue;
            var alone = new FuzzWalFiles();
            alone.Files[WalFolder.IdFileName] = files.Files[WalFolder.IdFileName];
            alone.Files[name] = bytes;
            _sound[Convert.ToHexString(bytes)] = [.. Replay(alone, WalFolder.Open(alone, new Random(1))).Select(sequence => (log, sequence))];
        }
    }

    private static byte[] Join(FuzzWalFiles files) => Sections.Join(
        [files.Files[WalFolder.IdFileName], .. files.Files.Keys.Where(name => WalSegment.TryParseName(name, out _)).Order(StringComparer.Ordinal).Select(name => files.Files[name])]);

    private static byte[] Splice(Random random, byte[] into, byte[] from)
    {
        // Not the header: a whole segment under another's name is not damage but a mix-up by hand.
        var at = random.Next(Math.Min(into.Length, WalSegmentHeader.Bytes), into.Length + 1);
        var start = random.Next(from.Length + 1);
        var length = random.Next(from.Length - start + 1);
        var rest = random.Next(2) == 0 ? at : Math.Min(into.Length, at + length);
        return [.. into.AsSpan(0, at), .. from.AsSpan(start, length), .. into.AsSpan(rest)];
    }
}
