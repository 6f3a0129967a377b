using System.Runtime.InteropServices;
using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>The combination of labels of each row as a small number, made of the codes of several fields.</summary>
internal sealed class GroupIds
{
    // Two fields whose codes have at most this many combinations are combined by a table, others by a hash.
    private const long MaxTable = 1 << 20;

    // A single field's dictionary serves as its groups when it has at most one entry in this many rows.
    private const int RowsPerEntry = 4;

    private readonly List<FieldCodes> _fields;

    // The groups are entries of this dictionary: its codes are at hand, so none are made.
    private readonly DictionaryView? _entries;

    // For each field but the first: which combination so far and which of its codes make a combination.
    private readonly List<List<(int Before, int Code)>> _steps = [];

    private GroupIds(List<FieldCodes> fields) => _fields = fields;

    private GroupIds(StringVector texts)
        : this([]) => (_entries, Ids, Count) = (texts.Dictionary, texts.CodeMemory, texts.Dictionary.Count);

    /// <summary>For each row its group; empty when there is one group only.</summary>
    public ReadOnlyMemory<int> Ids { get; private set; }

    public int Count { get; private set; } = 1;

    public static async ValueTask<GroupIds> ReadAsync(SegmentScan scan, SyntaxList<Field> by, RowSet? rows)
    {
        var fields = new List<FieldCodes>(by.Count);
        for (var i = 0; i < by.Count; i++)
        {
            var parts = await FieldReader.ReadAsync(scan, by[i], rows).ConfigureAwait(false);
            if (by.Count == 1 && AreGroups(parts) is { } texts) return new GroupIds(texts);
            fields.Add(FieldCodes.Of(scan, parts, rows));
        }

        var groups = new GroupIds(fields);
        if (fields.Count > 0) (groups.Ids, groups.Count) = (fields[0].Codes.AsMemory(0, rows?.Count ?? scan.SpanCount), fields[0].Values.Count);
        for (var i = 1; i < fields.Count; i++) groups.Combine(fields[i]);
        return groups;
    }

    public int Of(int row) => Ids.IsEmpty ? 0 : Ids.Span[row];

    /// <summary>An array is no label, and a dictionary may hold an entry twice: several groups may have one key.</summary>
    public GroupKey KeyOf(int group)
    {
        if (_entries is { } entries) return new GroupKey([StaticValue.FromString(Encoding.UTF8.GetString(entries[group]))]);
        var key = new StaticValue[_fields.Count];
        for (var i = _fields.Count - 1; i > 0; i--)
        {
            var (before, code) = _steps[i - 1][group];
            key[i] = _fields[i].Values[code].Scalar;
            group = before;
        }

        if (key.Length > 0) key[0] = _fields[0].Values[group].Scalar;
        return new GroupKey(key);
    }

    // Texts on every row.
    private static StringVector? AreGroups(FieldParts parts) =>
        parts is { Parents: null, Parts: [{ Form: ValueForm.Attribute or ValueForm.Text, Vector: StringVector { IsDense: true, Type: ColumnType.String } texts }] }
            && (long)texts.Dictionary.Count * RowsPerEntry <= texts.Count ? texts : null;

    private void Combine(FieldCodes field)
    {
        var pairs = new List<(int, int)>();
        var ids = Ids.Span;
        var codes = field.Codes;
        var combined = new int[ids.Length];
        if ((long)Count * field.Values.Count <= MaxTable)
        {
            var table = new int[Count * field.Values.Count];
            for (var i = 0; i < ids.Length; i++)
            {
                ref var id = ref table[(ids[i] * field.Values.Count) + codes[i]];
                if (id == 0)
                {
                    pairs.Add((ids[i], codes[i]));
                    id = pairs.Count;
                }

                combined[i] = id - 1;
            }
        }
        else
        {
            var table = new Dictionary<(int, int), int>();
            for (var i = 0; i < ids.Length; i++)
            {
                ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(table, (ids[i], codes[i]), out var exists);
                if (!exists)
                {
                    id = pairs.Count;
                    pairs.Add((ids[i], codes[i]));
                }

                combined[i] = id;
            }
        }

        _steps.Add(pairs);
        (Ids, Count) = (combined, pairs.Count);
    }
}
