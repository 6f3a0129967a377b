using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Storage.Blocks.V1.Schema;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>
/// Decides which attributes of one owner become columns of the block and which stay in its overflow column. The most
/// frequent (key, type) pairs get a column; what a batch had in its overflow moves into the column if there is one now,
/// so that a key is found in one place unless a row has it twice.
/// </summary>
internal sealed class AttributePlan
{
    // A sender of a million keys cannot make us remember them all: keys beyond stay in the overflow uncounted.
    private const int MaxCountedKeys = 64 * 1024;

    private readonly AttributeOwner _owner;
    private readonly Dictionary<AttributeKey, ColumnPieces> _columns = [];

    private AttributePlan(AttributeOwner owner)
    {
        _owner = owner;
        Overflow = new ColumnPieces(owner);
    }

    public IReadOnlyDictionary<AttributeKey, ColumnPieces> Columns => _columns;

    public ColumnPieces Overflow { get; }

    public static AttributePlan Create(AttributeOwner owner, IReadOnlyList<BatchRows> input, int maxColumns)
    {
        var plan = new AttributePlan(owner);
        plan.Choose(input, maxColumns);
        for (var b = 0; b < input.Count; b++) plan.AddBatch(b, input[b].Batch);
        return plan;
    }

    /// <summary>As above where the columns are chosen already: one row group of several.</summary>
    public static AttributePlan Create(AttributeOwner owner, IReadOnlyList<BatchRows> input, IEnumerable<AttributeKey> columns)
    {
        var plan = new AttributePlan(owner);
        foreach (var key in columns) plan._columns.Add(key, new ColumnPieces(owner));
        for (var b = 0; b < input.Count; b++) plan.AddBatch(b, input[b].Batch);
        return plan;
    }

    private void Choose(IReadOnlyList<BatchRows> input, int maxColumns)
    {
        var counts = new Dictionary<AttributeKey, long>();
        foreach (var (batch, _) in input)
        {
            foreach (var column in batch.Attributes)
            {
                if (column.Owner == _owner) CollectionsMarshal.GetValueRefOrAddDefault(counts, new AttributeKey(_owner, column.Key, column.Type), out _) += column.Values.Count;
            }
        }

        foreach (var (batch, _) in input)
        {
            if (batch.Overflow(_owner) is { } overflow) Count(overflow, counts);
        }

        IEnumerable<AttributeKey> chosen = counts.Keys;
        if (counts.Count > maxColumns)
            chosen = Chosen(counts, maxColumns);
        foreach (var key in chosen) _columns.Add(key, new ColumnPieces(_owner));
    }

    /// <summary>The keys that become columns: the most frequent ones. The service's name is always one, since the root's is a column of its own.</summary>
    public static IEnumerable<AttributeKey> Chosen(IEnumerable<KeyValuePair<AttributeKey, long>> counts, int maxColumns) =>
        counts.OrderByDescending(c => c.Key == AttributeKey.ServiceName).ThenByDescending(c => c.Value).ThenBy(c => c.Key).Take(maxColumns).Select(c => c.Key);

    private void Count(StringVector overflow, Dictionary<AttributeKey, long> counts)
    {
        for (var i = 0; i < overflow.Count; i++)
        {
            var list = new WireReader(overflow[i]);
            while (!list.AtEnd && OverflowColumn.TryNext(ref list, out var key, out var any))
            {
                var column = new AttributeKey(_owner, Encoding.UTF8.GetString(key), OverflowValue.Read(any).Type);
                if (counts.Count < MaxCountedKeys || counts.ContainsKey(column)) CollectionsMarshal.GetValueRefOrAddDefault(counts, column, out _)++;
            }
        }
    }

    private void AddBatch(int index, SpanBatch batch)
    {
        List<AttributeColumn>? demoted = null;
        var native = new Dictionary<AttributeKey, ColumnVector>();
        foreach (var column in batch.Attributes)
        {
            if (column.Owner != _owner) continue;
            var key = new AttributeKey(_owner, column.Key, column.Type);
            if (_columns.TryGetValue(key, out var pieces))
            {
                pieces.Add(index, column.Values);
                native[key] = column.Values;
            }
            else
            {
                (demoted ??= []).Add(column);
            }
        }

        var overflow = batch.Overflow(_owner);
        if (overflow is null && demoted is null) return;
        Rewrite(index, TableRows(batch), native, overflow, demoted ?? []);
    }

    private int TableRows(SpanBatch batch) => _owner switch
    {
        AttributeOwner.Resource => batch.ResourceCount,
        AttributeOwner.Scope => batch.ScopeCount,
        AttributeOwner.Span => batch.SpanCount,
        AttributeOwner.Event => batch.EventCount,
        _ => batch.LinkCount,
    };

    // Row by row: what has a column now moves there, the rest and the demoted columns become the new overflow list.
    private void Rewrite(int index, int rowCount, Dictionary<AttributeKey, ColumnVector> native, StringVector? overflow, List<AttributeColumn> demoted)
    {
        var moved = new Dictionary<AttributeKey, PromotedColumn>();
        var kept = new PromotedColumn(ColumnType.Any);
        var list = new ArrayBufferWriter<byte>();
        for (var row = 0; row < rowCount; row++)
        {
            list.ResetWrittenCount();
            if (overflow is not null && overflow.IndexOf(row) is >= 0 and var at) MoveOrKeep(overflow[at], row, native, moved, list);
            foreach (var column in demoted)
            {
                if (column.Values.IndexOf(row) is >= 0 and var i) OverflowValue.Write(list, Encoding.UTF8.GetBytes(column.Key), column.Values, i);
            }

            if (list.WrittenCount > 0) kept.AddBytes(row, list.WrittenSpan);
        }

        foreach (var (key, column) in moved) _columns[key].Add(index, column.ToVector(rowCount));
        if (kept.Count > 0) Overflow.Add(index, kept.ToVector(rowCount));
    }

    private void MoveOrKeep(
        ReadOnlySpan<byte> keyValues, int row, Dictionary<AttributeKey, ColumnVector> native, Dictionary<AttributeKey, PromotedColumn> moved,
        ArrayBufferWriter<byte> kept)
    {
        var list = new WireReader(keyValues);
        while (!list.AtEnd && OverflowColumn.TryNext(ref list, out var keyBytes, out var any))
        {
            var value = OverflowValue.Read(any);
            var key = new AttributeKey(_owner, Encoding.UTF8.GetString(keyBytes), value.Type);
            var hasColumn = _columns.ContainsKey(key);
            // A second value of the key on this row has no place in the column.
            if (hasColumn && native.TryGetValue(key, out var vector) && vector.IndexOf(row) >= 0) hasColumn = false;
            if (!hasColumn)
            {
                AnyValueWire.WriteKeyValue(kept, keyBytes, AnyValueWire.Message, any);
                continue;
            }

            ref var column = ref CollectionsMarshal.GetValueRefOrAddDefault(moved, key, out _);
            column ??= new PromotedColumn(value.Type);
            if (column.LastRow == row) AnyValueWire.WriteKeyValue(kept, keyBytes, AnyValueWire.Message, any);
            else column.Add(row, value);
        }
    }
}
