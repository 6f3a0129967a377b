using System.Text;
using Rubato.Storage.Parquet;

namespace Rubato.Benchmarks.Storage.Parquet;

/// <summary>
/// Spans as the block writer hands them over: columns, codes known, sorted by trace. 142 columns: ids, times, names, 16 resource attributes on
/// every span, 109 span attributes of which a span has about ten, unique urls, events on 8 % of spans. Seeded.
/// </summary>
internal sealed class ParquetSpans
{
    private readonly List<(ParquetField Field, Action<ParquetFileWriter> Write)> _columns = [];
    private readonly int[] _childCounts;

    public ParquetSpans(int count)
    {
        Count = count;
        var random = new Random(1);
        int[] traceOf = new int[count];
        int traces = 0;
        for (int row = 0; row < count; traces++)
        {
            for (int n = random.Next(1, 23); n > 0 && row < count; n--)
                traceOf[row++] = traces;
        }
        byte[] traceIds = Bytes(random, traces * 16);
        int[] traceOffsets = [.. Enumerable.Range(0, traces + 1).Select(i => i * 16)];
        Add(ParquetField.Fixed("trace_id", 16).Required(), w => w.WriteCodes(traceOf, new ByteStrings(traceIds, traceOffsets)));
        byte[] ids = Bytes(random, count * 8);
        Add(ParquetField.Fixed("span_id", 8).Required(), w => w.WriteFixed(ids));
        int[] withParent = Rows(random, 0.9);
        Add(ParquetField.Fixed("parent_span_id", 8), w => w.WriteFixed(ids.AsSpan(0, withParent.Length * 8), withParent));

        long[] traceStart = [.. Enumerable.Range(0, traces).Select(_ => random.NextInt64(3_600_000_000_000))];
        Numbers("start_time", row => 1_700_000_000_000_000_000 + traceStart[traceOf[row]] + random.Next(1_000_000_000));
        Numbers("duration", _ => (long)Math.Exp(random.NextDouble() * 20));
        Numbers("kind", _ => random.Next(5));
        Numbers("status_code", _ => random.Next(20) == 0 ? 2 : 0);
        Numbers("left", row => row % 23);
        Text("name", 200, 1);
        for (int i = 0; i < 16; i++)
            Text($"resource.key{i}", i < 4 ? 220 : 12, 1, perTrace: traceOf);
        for (int i = 0; i < 100; i++)
            Text($"span.key{i}", i % 3 == 0 ? 5000 : 30, i < 6 ? 0.8 : i < 20 ? 0.2 : 0.01);
        for (int i = 0; i < 8; i++)
            Numbers($"span.number{i}", _ => random.Next(500), 0.1);
        byte[] urls = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, count).Select(i => $"https://shop.example/api/v1/orders/{random.NextInt64():x16}/{i:d8}")));
        int urlBytes = urls.Length / count;
        int[] urlOffsets = [.. Enumerable.Range(0, count + 1).Select(i => i * urlBytes)];
        Add(ParquetField.String("span.http.url"), w => w.WriteStrings(new ByteStrings(urls, urlOffsets)));

        _childCounts = [.. Enumerable.Range(0, count).Select(_ => random.Next(100) < 8 ? random.Next(1, 4) : 0)];
        int children = _childCounts.Sum();
        long[] times = [.. Enumerable.Range(0, children).Select(_ => random.NextInt64(1_000_000_000))];
        Add(ParquetField.Int64("time").Required().In("events"), w => w.WriteLongs(times));
        int[] names = [.. Enumerable.Range(0, children).Select(_ => random.Next(6))];
        (byte[] pool, int[] offsets) = Pool("event", 6);
        Add(ParquetField.String("name").Required().In("events"), w => w.WriteCodes(names, new ByteStrings(pool, offsets)));
        int[] some = [.. Enumerable.Range(0, children).Where(i => i % 3 == 0)];
        Add(ParquetField.String("exception.type").In("events"), w => w.WriteCodes(names.AsSpan(0, some.Length), new ByteStrings(pool, offsets), some));
        Schema = new ParquetSchema(_columns.Select(column => column.Field));

        void Numbers(string name, Func<int, long> value, double share = 1)
        {
            int[] rows = Rows(random, share);
            long[] values = [.. rows.Select(value)];
            ParquetField field = share == 1 ? ParquetField.Int64(name).Required() : ParquetField.Int64(name);
            Add(field, w => w.WriteLongs(values, share == 1 ? PresentRows.All : PresentRows.At(rows)));
        }

        void Text(string name, int distinct, double share, int[]? perTrace = null)
        {
            int[] rows = Rows(random, share);
            int[] codes = [.. rows.Select(row => perTrace is null ? random.Next(distinct) : (int)(perTrace[row] * 2654435761L % distinct))];
            (byte[] data, int[] places) = Pool(name, distinct);
            Add(ParquetField.String(name), w => w.WriteCodes(codes, new ByteStrings(data, places), share == 1 ? PresentRows.All : PresentRows.At(rows)));
        }
    }

    public int Count { get; }

    public ParquetSchema Schema { get; }

    /// <summary>Writes the spans as one row group of each of <paramref name="groups"/>.</summary>
    public long Write(Stream stream, int groups = 1, ParquetWriterOptions? options = null)
    {
        using var writer = new ParquetFileWriter(stream, Schema, options);
        for (int g = 0; g < groups; g++)
        {
            writer.BeginRowGroup(Count);
            foreach ((ParquetField field, Action<ParquetFileWriter> write) in _columns)
            {
                if (field.Path == "events/time")
                    writer.BeginRepeatedGroup(_childCounts);
                write(writer);
            }
            writer.EndRowGroup();
        }
        return writer.Finish();
    }

    private void Add(ParquetField field, Action<ParquetFileWriter> write) => _columns.Add((field, write));

    private int[] Rows(Random random, double share) => [.. Enumerable.Range(0, Count).Where(_ => share == 1 || random.NextDouble() < share)];

    private static byte[] Bytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static (byte[] Data, int[] Offsets) Pool(string name, int count)
    {
        byte[][] texts = [.. Enumerable.Range(0, count).Select(i => Encoding.UTF8.GetBytes($"{name}-value-{i}"))];
        int[] offsets = new int[count + 1];
        for (int i = 0; i < count; i++)
            offsets[i + 1] = offsets[i] + texts[i].Length;
        return ([.. texts.SelectMany(text => text)], offsets);
    }
}
