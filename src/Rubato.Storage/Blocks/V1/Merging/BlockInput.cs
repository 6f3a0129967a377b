using Rubato.Model.Columns;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks.V1.Reading;
using Rubato.Storage.Blocks.V1.Schema;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Merging;

/// <summary>
/// A block that is being merged into another: its file, and a cursor over its traces in ascending order. Needs data.parquet only. In memory: the footer,
/// the traces of the current row group, and its dictionaries up to a limit.
/// </summary>
internal sealed class BlockInput : IDisposable
{
    // Decoding a dictionary again for each slice costs more than the slice; holding all of 16 inputs would cost too much memory.
    private const long MaxDictionaryBytes = 4 << 20;

    private readonly IRandomAccessSource _source;
    private readonly ParquetFileReader _file;
    private readonly Dictionary<AttributeKey, BlockColumn> _attributes;
    private readonly Dictionary<(int RowGroup, int Column), ParquetDictionary> _dictionaries = [];
    private long _dictionaryBytes;
    private StoredTraces _traces = null!;
    private int _rowGroup = -1;
    private int _trace;
    private int _sliceStart;

    private BlockInput(string name, int number, IRandomAccessSource source, ParquetFileReader file)
    {
        Name = name;
        Number = number;
        _source = source;
        _file = file;
        Schema = BlockSchema.Read(file.Schema, file.Metadata);
        _attributes = Schema.Attributes.Where(c => c.Attribute is not null).ToDictionary(c => c.Attribute!.Value);
    }

    public string Name { get; }

    /// <summary>Its place among the inputs: of equal spans the one of the first input stays.</summary>
    public int Number { get; }

    public BlockSchema Schema { get; }

    public int SpanCount => checked((int)_file.RowCount);

    /// <summary>No trace is left.</summary>
    public bool AtEnd { get; private set; }

    /// <summary>The trace that comes next.</summary>
    public TraceId Current => _traces[_trace];

    public int SpansOfCurrent => _traces.FirstRowOf(_trace + 1) - _traces.FirstRowOf(_trace);

    /// <summary>Bytes in memory that a span of the current row group takes, about.</summary>
    public long BytesPerSpan { get; private set; }

    public static async ValueTask<BlockInput> OpenAsync(string name, int number, IRandomAccessSource source, CancellationToken cancellationToken)
    {
        try
        {
            var input = new BlockInput(name, number, source, await ParquetFileReader.OpenAsync(source, cancellationToken: cancellationToken));
            await input.NextRowGroupAsync(cancellationToken);
            return input;
        }
        catch (Exception e)
        {
            (source as IDisposable)?.Dispose();
            if (IsDamage(e)) throw Damage.Of(name, e);
            throw;
        }
    }

    /// <summary>Values of an attribute column over all row groups; children count for events and links.</summary>
    public IEnumerable<(AttributeKey Key, long Values)> CountAttributes() =>
        Schema.Attributes.Where(c => c.Attribute is not null)
            .Select(c => (c.Attribute!.Value, _file.RowGroups.Sum(g => (long)(g.Columns[c.Ordinal].ValueCount - (g.Columns[c.Ordinal].NullCount ?? 0)))));

    public bool HasOverflow(AttributeOwner owner) =>
        Schema.Overflow(owner) is { } column && _file.RowGroups.Any(g => !g.Columns[column.Ordinal].IsAllNull);

    /// <summary>This block's column for one of another block's schema; null when it has none.</summary>
    public BlockColumn? ColumnOf(BlockColumn column) =>
        column.Fixed is { } known ? Schema[known.Column]
        : column.OverflowOf is { } owner ? Schema.Overflow(owner)
        : _attributes.GetValueOrDefault(column.Attribute!.Value);

    public BlockColumn? Attribute(AttributeKey key) => _attributes.GetValueOrDefault(key);

    /// <summary>Takes the current trace into the open slice; where a row group ends, its slice goes to <paramref name="slices"/>.</summary>
    public async ValueTask TakeAsync(List<InputSlice> slices, CancellationToken cancellationToken)
    {
        if (++_trace < _traces.Count) return;
        Close(slices);
        var last = _traces[_traces.Count - 1];
        await GuardAsync(() => NextRowGroupAsync(cancellationToken));
        if (!AtEnd && Current.CompareTo(last) <= 0)
            throw Damage.Of(Name, new InvalidDataException($"row group {_rowGroup} begins with trace {Current}, which does not come after {last}"));
    }

    /// <summary>Ends the open slice, if it has a trace.</summary>
    public void Close(List<InputSlice> slices)
    {
        if (_trace > _sliceStart) slices.Add(new InputSlice(this, _rowGroup, _traces, _sliceStart, _trace));
        _sliceStart = _trace;
    }

    public bool IsAbsent(InputSlice slice, BlockColumn column) => _file.RowGroups[slice.RowGroup].Columns[column.Ordinal].IsAllNull;

    /// <summary>Rows of a slice; of a repeated column their children.</summary>
    public ValueTask<ColumnVector> ReadAsync(InputSlice slice, BlockColumn column, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var known = _dictionaries.GetValueOrDefault((slice.RowGroup, column.Ordinal));
        using var values = await _file.ReadColumnRowsAsync(slice.RowGroup, column.Ordinal, slice.FirstRow, slice.RowCount, known, cancellationToken);
        // A slice of a row group that the cursor has left is the last of it.
        if (known is null && slice.RowGroup == _rowGroup && values.Dictionary is { } dictionary && _dictionaryBytes + dictionary.SizeBytes <= MaxDictionaryBytes)
        {
            _dictionaries.Add((slice.RowGroup, column.Ordinal), dictionary);
            _dictionaryBytes += dictionary.SizeBytes;
        }

        return VectorConversion.ToModel(column, values);
    });

    /// <summary>For each event or link of a slice its span, counted from the slice's first row.</summary>
    public ValueTask<int[]> ReadParentsAsync(InputSlice slice, BlockColumn column, CancellationToken cancellationToken) => GuardAsync(async () =>
        ChildParents.Of(await _file.ReadChildCountsRowsAsync(slice.RowGroup, column.Ordinal, slice.FirstRow, slice.RowCount, cancellationToken)));

    /// <summary>All slices so far are written: what they lay in is not read any more.</summary>
    public void Release()
    {
        foreach (var (key, dictionary) in _dictionaries)
        {
            if (key.RowGroup >= _rowGroup) continue;
            _dictionaryBytes -= dictionary.SizeBytes;
            _dictionaries.Remove(key);
        }

        if (_source is StagedSource staged) staged.Release(AtEnd ? long.MaxValue : Bytes(_file.RowGroups[_rowGroup]).Start);
    }

    public void Dispose() => (_source as IDisposable)?.Dispose();

    // A store that does not answer is no damage: the merge is tried again. A file that is not there is.
    private static bool IsDamage(Exception e) => Damage.Is(e) && !Damage.MayPass(e);

    private async ValueTask NextRowGroupAsync(CancellationToken cancellationToken)
    {
        (_trace, _sliceStart) = (0, 0);
        do
        {
            if (++_rowGroup >= _file.RowGroups.Count)
            {
                AtEnd = true;
                return;
            }
        }
        while (_file.RowGroups[_rowGroup].RowCount == 0);

        var group = _file.RowGroups[_rowGroup];
        if (_source is StagedSource staged)
        {
            var (start, end) = Bytes(group);
            await staged.StageAsync(start, end - start, cancellationToken);
        }

        using var ids = await _file.ReadColumnAsync(_rowGroup, Schema[SpanColumn.TraceId].Ordinal, cancellationToken);
        _traces = StoredTraces.Of(ids);
        BytesPerSpan = group.Columns.Sum(c => c.UnpackedLength) / group.RowCount;
    }

    private static (long Start, long End) Bytes(ParquetRowGroup group) => (group.Columns.Min(c => c.Offset), group.Columns.Max(c => c.Offset + c.Length));

    private async ValueTask GuardAsync(Func<ValueTask> read)
    {
        await GuardAsync(async () =>
        {
            await read();
            return 0;
        });
    }

    private async ValueTask<T> GuardAsync<T>(Func<ValueTask<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damage.Of(Name, e);
        }
    }
}
