using System.Buffers.Binary;
using System.IO.Hashing;
using Rubato.Model.Scanning;
using Rubato.Storage.Blocks;
using Rubato.Storage.Blocks.V1.Reading;
using Rubato.Storage.Parquet;
using Rubato.Testing;

namespace Rubato.Fuzz;

/// <summary>
/// A small block with damage in either file. Every question is answered right or refused by an exception that names the block. A third of
/// the damaged indexes are sealed again with the right checksum, as a forged or wrongly written one would be: those may answer anything,
/// but not fall over.
/// </summary>
internal sealed class BlockTarget : IFuzzTarget
{
    // Of the questions about single columns each damaged block gets one in so many.
    private const int Part = 8;

    private readonly Dictionary<byte, Dictionary<string, string>> _expected = [];

    public IEnumerable<byte[]> Corpus(Random random)
    {
        for (byte number = 0; number < 3; number++)
        {
            using var data = new MemoryStream();
            using var index = new MemoryStream();
            var batches = new SpanGenerator(number + 1) { KeyCount = 5 + (number * 10) }.Batches(2, 30);
            var options = new BlockWriterOptions { RowGroupSpans = number == 0 ? 1000 : 25, MaxAttributeColumns = number == 2 ? 6 : 512 };
            BlockFormats.Current.Write([.. batches.Select(BatchRows.All)], data, index, options, CancellationToken.None);
            var input = Sections.Join([number, 0], data.ToArray(), index.ToArray());
            _expected[number] = Read(data.ToArray(), index.ToArray(), part: 1);
            var refused = _expected[number].Where(answer => answer.Value.StartsWith(BlockQuestions.Refused, StringComparison.Ordinal)).ToList();
            if (refused.Count > 0) throw new InvalidOperationException($"the good block does not answer {refused[0]}");
            yield return input;
        }
    }

    public byte[] Mutate(Random random, Mutator mutator, byte[] input, byte[] other)
    {
        var parts = Sections.Split(input);
        var others = Sections.Split(other);
        var kind = parts[0].ToArray();
        var index = random.Next(2) == 0;
        if (index)
        {
            parts[2] = Damage(random, parts[2], others[2]);
            if (parts[2].Length > 8 && random.Next(3) == 0)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(parts[2].AsSpan(parts[2].Length - 8), XxHash3.HashToUInt64(parts[2].AsSpan(0, parts[2].Length - 8)));
                kind[1] = 1;
            }
        }
        else
        {
            parts[1] = Damage(random, parts[1], others[1]);
        }

        return Sections.Join(kind, parts[1], parts[2]);
    }

    public void Run(byte[] input)
    {
        var parts = Sections.Split(input);
        if (parts.Count < 3 || parts[0].Length < 2) return;
        var found = Read(parts[1], parts[2], Part);
        if (parts[0][1] != 0 || !_expected.TryGetValue(parts[0][0], out var expected)) return;
        foreach (var (question, answer) in found)
        {
            if (answer.StartsWith(BlockQuestions.Refused, StringComparison.Ordinal)) continue;
            if (!expected.TryGetValue(question, out var right)) throw new InvalidOperationException($"{question} is answered, and the good block has no such thing");
            if (answer != right) throw new InvalidOperationException($"{question} is answered wrong:\n{answer}\nexpected:\n{right}");
        }
    }

    private static Dictionary<string, string> Read(byte[] data, byte[] index, int part)
    {
        using var block = new BlockV1(BlockQuestions.Name, new MemorySources(data, index), new BlockCache(16 << 20));
        var questions = new BlockQuestions(block, salt: (int)(XxHash3.HashToUInt64(data) % (ulong)part), part);
        var reading = questions.AskAsync();
        if (!reading.IsCompleted) throw new InvalidOperationException("reading from memory should not wait");
        reading.GetAwaiter().GetResult();
        return questions.Answers;
    }

    private static byte[] Damage(Random random, byte[] bytes, byte[] other)
    {
        // What no checksum of its own covers stands at the end: page indexes and footer.
        var from = random.Next(2) == 0 ? 0 : bytes.Length * 3 / 4;
        if (bytes.Length < 16) return other.ToArray();
        switch (random.Next(10))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                var at = random.Next(from, bytes.Length);
                var start = random.Next(other.Length);
                var length = Math.Min(Math.Min(other.Length - start, bytes.Length - at), random.Next(1, 200));
                return [.. bytes.AsSpan(0, at), .. other.AsSpan(start, length), .. bytes.AsSpan(at + length)];
            case 2:
                at = random.Next(from, bytes.Length);
                length = Math.Min(bytes.Length - at, random.Next(1, 40));
                return random.Next(2) == 0 ? [.. bytes.AsSpan(0, at), .. bytes.AsSpan(at + length)] : [.. bytes.AsSpan(0, at + length), .. bytes.AsSpan(at)];
            default:
                var bad = bytes.ToArray();
                for (var n = random.Next(1, 4); n > 0; n--)
                {
                    at = random.Next(from, bad.Length);
                    bad[at] = random.Next(3) switch { 0 => (byte)random.Next(256), 1 => (byte)(bad[at] ^ (1 << random.Next(8))), _ => (byte)(bad[at] + random.Next(-2, 3)) };
                }

                return bad;
        }
    }

    private sealed class MemorySources(byte[] data, byte[] index) : IBlockSources
    {
        public ValueTask<byte[]> ReadIndexAsync(CancellationToken cancellationToken) => new(index);

        public ValueTask<IRandomAccessSource> OpenDataAsync(CancellationToken cancellationToken) => new(new MemorySource(data));
    }
}
