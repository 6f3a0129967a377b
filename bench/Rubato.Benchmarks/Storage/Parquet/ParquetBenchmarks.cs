using BenchmarkDotNet.Attributes;
using Rubato.Storage.Parquet;

namespace Rubato.Benchmarks.Storage.Parquet;

/// <summary>The codec alone: what a block costs to write, what a column costs to read, what one trace costs to find.</summary>
[MemoryDiagnoser]
public class ParquetBenchmarks
{
    private readonly ParquetSpans _spans = new(128 << 10);
    private readonly ParquetFileReader _reader;

    public ParquetBenchmarks()
    {
        using var stream = new MemoryStream();
        _spans.Write(stream, groups: 8);
        _reader = ParquetFileReader.Open(new MemorySource(stream.ToArray()));
    }

    [Benchmark(Baseline = true, Description = "write 128k spans, 138 columns")]
    public long Write() => _spans.Write(Stream.Null);

    [Benchmark(Description = "read name: dictionary, 1M rows")]
    public int ReadDictionaryColumn() => ReadColumn("name");

    [Benchmark(Description = "read duration: plain or delta, 1M rows")]
    public int ReadLongs() => ReadColumn("duration");

    [Benchmark(Description = "read a rare attribute, 1 % of 1M rows")]
    public int ReadRareColumn() => ReadColumn("span.key50");

    [Benchmark(Description = "read unique urls, 1M rows")]
    public int ReadUniqueStrings() => ReadColumn("span.http.url");

    [Benchmark(Description = "read 10 rows of every column")]
    public int ReadTrace()
    {
        int values = 0;
        for (int c = 0; c < _reader.Schema.Count; c++)
        {
            using ParquetColumnVector vector = _reader.ReadColumnRows(3, c, 70_000, 10);
            values += vector.Count;
        }
        return values;
    }

    public int ReadColumn(string name)
    {
        int column = _reader.Schema.IndexOf(name), values = 0;
        for (int g = 0; g < _reader.RowGroups.Count; g++)
        {
            using ParquetColumnVector vector = _reader.ReadColumn(g, column);
            values += vector.Count;
        }
        return values;
    }
}
