using System.Buffers.Binary;
using System.Globalization;
using Rubato.Model.Scanning;
using Rubato.Storage.Blocks.V1.Indexing;
using Rubato.Storage.Blocks.V1.Schema;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>
/// A block that is being written: opened with its columns, filled row group by row group in ascending order of trace ids, finished. Whatever
/// the block's size, it holds one column of one row group, of each row group its part of the index and the footer, and what the index keeps of
/// a trace (<see cref="BlockIndexBuilder"/>). Both files are left open.
/// </summary>
internal sealed class BlockStreamWriter : IDisposable
{
    private readonly BlockSchema _schema;
    private readonly TailStream _output;
    private readonly ParquetFileWriter _file;
    private readonly BlockIndexBuilder _index;

    /// <param name="schema">The columns.</param>
    /// <param name="data">data.parquet.</param>
    /// <param name="options">How pages are packed.</param>
    /// <param name="scratchFolder">Where trace ids wait for the end; null: in memory.</param>
    public BlockStreamWriter(BlockSchema schema, Stream data, BlockWriterOptions options, string? scratchFolder = null)
    {
        _schema = schema;
        _output = new TailStream(data);
        _file = new ParquetFileWriter(_output, schema.ToParquet(), options.ToParquet());
        _index = new BlockIndexBuilder(schema, scratchFolder);
        RowGroups = new RowGroupWriter(schema, _file, _index);
    }

    public RowGroupWriter RowGroups { get; }

    /// <summary>Bytes of data.parquet so far.</summary>
    public long Position => _file.Position;

    /// <summary>Footer, then index.bin.</summary>
    public BlockFigures Finish(Stream index, int duplicateCount)
    {
        _schema.WriteMetadata(_file);
        var dataBytes = _file.Finish();
        var (indexBytes, checksum) = _index.Finish(index);
        return new BlockFigures
        {
            SpanCount = RowGroups.SpanCount,
            TraceCount = RowGroups.TraceCount,
            EventCount = RowGroups.EventCount,
            LinkCount = RowGroups.LinkCount,
            DuplicateCount = duplicateCount,
            RowGroupCount = RowGroups.RowGroupCount,
            TimeRange = new TimeRange(RowGroups.TimeRange.StartUnixNano, RowGroups.TimeRange.EndUnixNano),
            MinTraceStartUnixNano = RowGroups.TimeRange.StartUnixNano,
            MaxTraceStartUnixNano = RowGroups.MaxTraceStart,
            FooterBytes = BinaryPrimitives.ReadInt32LittleEndian(_output.Tail),
            IndexChecksum = checksum.ToString("x16", CultureInfo.InvariantCulture),
            DataBytes = dataBytes,
            IndexBytes = indexBytes,
        };
    }

    public void Dispose()
    {
        _file.Dispose();
        _index.Dispose();
        _output.Dispose();
    }
}
