using System.Text;

namespace Rubato.Storage.Wal;

/// <summary>What the folder holds when the log is opened: its identity, its segments in order, and where numbering goes on.</summary>
internal sealed record WalFolder(Guid WalId, IReadOnlyList<WalSegment> Segments, long NextSegmentNumber, long NextSequence)
{
    public const string IdFileName = "wal.id";

    /// <summary>
    /// Numbers jump by this much at each start. A block may name records that a power cut took (sync interval or never),
    /// and a segment's header names its first record only: with the jump no number is ever given twice, so that replay
    /// can never skip a new record for an old one's sake. 9 billion starts fit.
    /// </summary>
    public const long SequenceGap = 1_000_000_000;

    public static WalFolder Open(IWalFileSystem files, Random random)
    {
        var segments = new List<WalSegment>();
        Guid? inSegments = null;
        var lastNumber = 0L;
        foreach (var name in files.List())
        {
            if (!WalSegment.TryParseName(name, out var number))
                continue;
            lastNumber = Math.Max(lastNumber, number);
            var header = ReadHeader(files, name);
            segments.Add(new WalSegment(number, header?.FirstSequence));
            if (header is { } sound)
            {
                if (inSegments is { } other && other != sound.WalId)
                    throw MixedFolder(name, sound.WalId, other);
                inSegments = sound.WalId;
            }
        }

        segments.Sort((a, b) => a.Number.CompareTo(b.Number));
        var walId = ReadId(files);
        if (walId is { } own && inSegments is { } found && own != found)
            throw MixedFolder(segments[^1].Name, found, own);

        // Segments gone, id left: somebody emptied the folder, and numbers would begin again. A new id keeps
        // blocks of the old numbers from hiding new records.
        if (segments.Count == 0)
            walId = null;

        if (walId is null)
        {
            walId = inSegments ?? NewId(random);
            WriteId(files, walId.Value);
        }

        var highest = segments.Max(segment => segment.FirstSequence) ?? 1 - SequenceGap;
        // A damaged header hides where its records begin, and they may be the newest: a number given twice would make
        // replay take the new record for the old one.
        foreach (var segment in segments.Where(segment => segment.FirstSequence is null))
            highest = Math.Max(highest, HighestSequence(files, segment.Name, walId.Value));
        return new WalFolder(walId.Value, segments, lastNumber + 1, highest + SequenceGap);
    }

    private static long HighestSequence(IWalFileSystem files, string name, Guid walId)
    {
        using var file = files.Open(name);
        using var reader = new WalSegmentReader(file, WalFrame.SeedOf(walId), start: 0);
        var highest = long.MinValue;
        while (reader.TryReadNext(out var frame, out _))
            highest = Math.Max(highest, frame.Sequence);
        return highest;
    }

    private static WalSegmentHeader? ReadHeader(IWalFileSystem files, string name)
    {
        using var file = files.Open(name);
        Span<byte> bytes = stackalloc byte[WalSegmentHeader.Bytes];
        var read = file.Read(bytes, 0);
        return WalSegmentHeader.TryRead(bytes[..read], name, out var header) ? header : null;
    }

    private static Guid? ReadId(IWalFileSystem files)
    {
        if (!files.List().Contains(IdFileName))
            return null;
        using var file = files.Open(IdFileName);
        Span<byte> bytes = stackalloc byte[64];
        var read = file.Read(bytes, 0);
        return Guid.TryParse(Encoding.ASCII.GetString(bytes[..read]).Trim(), out var id) ? id : null;
    }

    private static void WriteId(IWalFileSystem files, Guid id)
    {
        if (files.List().Contains(IdFileName))
            files.Delete(IdFileName);
        try
        {
            using var file = files.Create(IdFileName);
            file.Write([Encoding.ASCII.GetBytes(id.ToString("D") + "\n")], 0);
            file.Sync();
            files.SyncFolder();
        }
        catch (IOException e) when (WalWriteException.IsDiskFull(e))
        {
            // A full disk must not keep the server from answering queries. Every segment carries the id too.
        }
    }

    private static Guid NewId(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private static InvalidDataException MixedFolder(string name, Guid theirs, Guid ours) => new(
        $"The WAL segment {name} belongs to WAL {theirs}, the folder to WAL {ours}: two WALs were mixed. " +
        "Move the foreign segments to a folder of their own and start a server on it");
}
