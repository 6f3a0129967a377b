namespace Rubato.Model.Columns;

/// <summary>The fixed columns that most rows leave empty, by <see cref="SpanColumn"/>; absent ones cost a null.</summary>
internal sealed class SparseFields(BatchLimits limits)
{
    private readonly SparseColumnBuilder?[] _columns = new SparseColumnBuilder?[(int)SpanColumn.NestedSetParent + 1];

    /// <summary>Adds unless zero: absent and zero are the same in protobuf.</summary>
    public void AddInt(SpanColumn column, int row, long value)
    {
        if (value != 0) AddIntAlways(column, row, value);
    }

    public void AddIntAlways(SpanColumn column, int row, long value)
    {
        ref var builder = ref _columns[(int)column];
        builder ??= new Int64ColumnBuilder();
        ((Int64ColumnBuilder)builder).Add(row, value);
    }

    /// <summary>Adds unless empty.</summary>
    public void AddText(SpanColumn column, int row, ReadOnlySpan<byte> text, BatchCounters counters)
    {
        if (text.IsEmpty) return;
        var builder = Text(column);
        builder.Add(row, SpanBatchBuilder.Intern(builder.Dictionary, text, counters));
    }

    /// <summary>Adds unless empty, without looking at the bytes (linked ids).</summary>
    public void AddBytes(SpanColumn column, int row, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        var builder = Text(column);
        builder.Add(row, builder.Dictionary.GetOrAdd(bytes));
    }

    public ColumnVector? Snapshot(SpanColumn column, int rowCount) => _columns[(int)column]?.Snapshot(rowCount);

    public long MemoryBytes()
    {
        long bytes = 0;
        foreach (var column in _columns) bytes += column?.MemoryBytes ?? 0;
        return bytes;
    }

    private StringColumnBuilder Text(SpanColumn column)
    {
        ref var builder = ref _columns[(int)column];
        builder ??= new StringColumnBuilder(ColumnType.String, limits);
        return (StringColumnBuilder)builder;
    }
}
