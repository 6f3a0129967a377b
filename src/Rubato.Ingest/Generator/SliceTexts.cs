using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.Ingest.Generator;

/// <summary>
/// Texts of a slice as numbers of a <see cref="TextPool"/>: a row holds only the number. Used by one thread; its arrays go back to the pool when it is disposed.
/// </summary>
internal sealed class SliceTexts(SpanSlice slice, TextPool pool) : IDisposable
{
    private readonly List<int[]> _rented = [];
    private readonly Dictionary<string, int[]?> _resources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int[]?> _spans = new(StringComparer.Ordinal);
    private readonly BatchSegment _segment = new(slice.Batch);

    public SpanSlice Slice => slice;

    public TextPool Pool => pool;

    public string this[int number] => pool[number];

    public int NumberOf(string text) => pool.NumberOf(text);

    /// <summary>Of each row the resource attribute; null where no resource has it.</summary>
    public int[]? Resource(string key)
    {
        if (_resources.TryGetValue(key, out var known)) return known;
        int[]? rows = null;
        foreach (var column in slice.Batch.Attributes)
        {
            if (column.Owner != AttributeOwner.Resource || column.Key != key) continue;
            var perResource = new int[slice.Batch.ResourceCount];
            Fill(column.Values, perResource, 0, perResource.Length);
            rows ??= Rent();
            var owners = slice.Batch.ResourceRows[slice.From..slice.To];
            for (var i = 0; i < owners.Length; i++)
            {
                if (perResource[owners[i]] != 0) rows[i] = perResource[owners[i]];
            }
        }

        rows = WithOverflow(AttributeOwner.Resource, key, rows);
        return _resources[key] = rows;
    }

    /// <summary>Of each row the span attribute; null where no row has it.</summary>
    public int[]? Span(string key)
    {
        if (_spans.TryGetValue(key, out var known)) return known;
        int[]? rows = null;
        foreach (var column in slice.Batch.Attributes)
        {
            if (column.Owner != AttributeOwner.Span || column.Key != key) continue;
            Fill(column.Values, rows ??= Rent(), slice.From, slice.To);
        }

        rows = WithOverflow(AttributeOwner.Span, key, rows);
        return _spans[key] = rows;
    }

    /// <summary>The resource's attribute, else the span's.</summary>
    public int[]? ResourceThenSpan(string key) => First(Resource(key), Span(key));

    /// <summary>Of each row the first that is there.</summary>
    public int[]? First(params ReadOnlySpan<int[]?> columns)
    {
        int[]? first = null;
        var owned = false;
        foreach (var column in columns)
        {
            if (column is null) continue;
            if (first is null)
            {
                first = column;
                continue;
            }

            if (!owned)
            {
                var copy = Rent();
                first.AsSpan(0, slice.Count).CopyTo(copy);
                (first, owned) = (copy, true);
            }

            for (var i = 0; i < slice.Count; i++)
            {
                if (first[i] == 0) first[i] = column[i];
            }
        }

        return first;
    }

    /// <summary>A fixed text column (span rows).</summary>
    public int[]? Fixed(SpanColumn column)
    {
        if (slice.Batch[column] is not { } values) return null;
        var rows = Rent();
        Fill(values, rows, slice.From, slice.To);
        return rows;
    }

    /// <summary>An array of one number a row, all 0.</summary>
    public int[] Rent()
    {
        var rows = ArrayPool<int>.Shared.Rent(Math.Max(slice.Count, 1));
        rows.AsSpan(0, slice.Count).Clear();
        _rented.Add(rows);
        return rows;
    }

    public void Dispose()
    {
        foreach (var rows in _rented) ArrayPool<int>.Shared.Return(rows);
        _rented.Clear();
    }

    private int[]? WithOverflow(AttributeOwner owner, string key, int[]? rows)
    {
        if (!_segment.HasOverflow(owner)) return rows;
        // Recent data is in memory: the answer is there at once.
        var vectors = _segment.ReadOverflowAsync(owner, key, ScanContext.None);
        if (!vectors.IsCompletedSuccessfully) return rows;
        foreach (var values in vectors.Result) Fill(values, rows ??= Rent(), slice.From, slice.To);
        return rows;
    }

    /// <summary>Writes the numbers of rows [from, to) to the places from 0 on.</summary>
    private void Fill(ColumnVector column, int[] into, int from, int to)
    {
        var first = column.IsDense ? Math.Min(from, column.Count) : LowerBound(column.Rows, from);
        var last = column.IsDense ? Math.Min(to, column.Count) : LowerBound(column.Rows, to);
        switch (column)
        {
            case StringVector strings:
                FillStrings(strings, first, last, into, from);
                break;
            case Int64Vector numbers:
                var known = new Dictionary<long, int>();
                for (var i = first; i < last; i++)
                {
                    ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(known, numbers.Values[i], out var isKnown);
                    if (!isKnown) number = NumberOf(numbers.Values[i].ToString(CultureInfo.InvariantCulture));
                    into[RowOf(column, i) - from] = number;
                }

                break;
            case DoubleVector doubles:
                for (var i = first; i < last; i++) into[RowOf(column, i) - from] = NumberOf(LabelText.Of(doubles.Values[i]));
                break;
            case BoolVector bools:
                var (no, yes) = (NumberOf("false"), NumberOf("true"));
                for (var i = first; i < last; i++) into[RowOf(column, i) - from] = bools.Values[i] ? yes : no;
                break;
        }
    }

    private void FillStrings(StringVector strings, int first, int last, int[] into, int from)
    {
        // Codes that this slice has are few as a rule, but a dictionary grows for as long as its batch: an array only where it is not much longer than the slice.
        var codes = strings.Codes[first..last];
        if (codes.IsEmpty) return;
        var size = strings.Dictionary.Count;
        if (size > Math.Max(4 * codes.Length, 1024))
        {
            var cache = new Dictionary<int, int>();
            for (var i = 0; i < codes.Length; i++)
            {
                ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(cache, codes[i], out var isKnown);
                if (!isKnown) number = NumberOf(strings, codes[i]);
                into[RowOf(strings, first + i) - from] = number;
            }

            return;
        }

        var known = ArrayPool<int>.Shared.Rent(size);
        known.AsSpan(0, size).Fill(-1);
        for (var i = 0; i < codes.Length; i++)
        {
            ref var number = ref known[codes[i]];
            if (number < 0) number = NumberOf(strings, codes[i]);
            into[RowOf(strings, first + i) - from] = number;
        }

        ArrayPool<int>.Shared.Return(known);
    }

    private int NumberOf(StringVector strings, int code)
    {
        var bytes = strings.Dictionary[code];
        return strings.Type == ColumnType.String ? pool.NumberOf(bytes) : pool.NumberOf(LabelText.Of(AnyValueReader.Read(bytes)));
    }

    private static int RowOf(ColumnVector column, int i) => column.IsDense ? i : column.Rows[i];

    private static int LowerBound(ReadOnlySpan<int> rows, int row)
    {
        var i = rows.BinarySearch(row);
        return i < 0 ? ~i : i;
    }
}
