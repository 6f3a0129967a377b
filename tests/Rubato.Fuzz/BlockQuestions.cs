using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks;
using Rubato.Storage.Blocks.V1.Reading;
using Rubato.Testing;

namespace Rubato.Fuzz;

/// <summary>
/// Asks a block what queries ask, and keeps the answers as texts. A refusal that names the block is an answer too. Of the questions about single
/// columns only each <paramref name="part"/>th is asked, beginning with <paramref name="salt"/>: ten damages with some of the questions find more
/// than one with all of them.
/// </summary>
internal sealed class BlockQuestions(BlockV1 block, int salt = 0, int part = 1)
{
    public const string Name = "the-block";
    public const string Refused = "refused: ";

    // More rows than a small block can have would only spend the time.
    private const int MaxRows = 5000;

    public Dictionary<string, string> Answers { get; } = new(StringComparer.Ordinal);

    public async Task AskAsync()
    {
        IReadOnlyList<ISpanSegment> segments = [];
        await AskAsync("segments", async () =>
        {
            segments = await block.OpenSegmentsAsync(CancellationToken.None);
            return string.Join(", ", segments.Select(s => $"{s.Name} {s.SpanCount} {s.EventCount} {s.LinkCount} {s.TimeRange}"));
        });
        await AskAsync("description", async () => (await block.DescribeAsync(CancellationToken.None)).TraceCount.ToString(CultureInfo.InvariantCulture));
        await AskAsync("no such trace", async () => (await block.FindTraceAsync(new TraceId(5, 6), CancellationToken.None))?.Name ?? "none");
        for (var i = 0; i < Math.Min(8, segments.Count); i++) await AskAsync(i, segments[i]);
    }

    private async Task AskAsync(int number, ISpanSegment segment)
    {
        // A segment that claims more costs memory for what it claims: that is the index's word against the footer's.
        var rows = Math.Min(segment.SpanCount, MaxRows);
        await AskAsync($"{number} spans", async () => SpanText.Of(await segment.ReadSpansAsync(RowSet.Range(0, rows), ScanContext.None), sortAttributes: true));
        await AskAsync($"{number} last span", async () => SpanText.Of(await segment.ReadSpansAsync(RowSet.Range(rows - Math.Min(1, rows), Math.Min(1, rows)), ScanContext.None), sortAttributes: true));
        await AskAsync($"{number} trace", async () =>
        {
            var ids = (TraceIdVector?)await segment.ReadAsync(SpanColumn.TraceId, ScanContext.None);
            var id = ids![rows / 2];
            var found = await block.FindTraceAsync(id, CancellationToken.None);
            var trace = await segment.FindTraceAsync(id, ScanContext.None);
            return $"{found?.Name} {SpanText.Of(await segment.ReadSpansAsync(trace, ScanContext.None), sortAttributes: true)}";
        });
        foreach (var owner in Enum.GetValues<AttributeOwner>())
        {
            await AskAsync($"{number} overflow {owner}", async () => string.Join(",", (await segment.ReadOverflowKeysAsync(owner, 100, ScanContext.None)).Order(StringComparer.Ordinal)));
            if (owner is not (AttributeOwner.Event or AttributeOwner.Link)) continue;
            await AskAsync($"{number} parents {owner}", async () => string.Join(",", (await segment.ReadParentsAsync(owner, ScanContext.None)).ToArray()));
        }

        foreach (var column in Enum.GetValues<SpanColumn>())
        {
            if (((int)column + salt) % part != 0) continue;
            await AskAsync($"{number} {column}", async () => Of(await segment.ReadAsync(column, ScanContext.None)));
            var table = column.ToString().StartsWith("Event", StringComparison.Ordinal) ? segment.EventCount : column.ToString().StartsWith("Link", StringComparison.Ordinal) ? segment.LinkCount : segment.SpanCount;
            await AskAsync($"{number} rows of {column}", async () => Of(await segment.ReadRowsAsync(column, Some(table), ScanContext.None)));
            await AskAsync($"{number} bounds of {column}", async () => $"{segment.Int64Bounds(column)} {(await segment.ReadDictionaryAsync(column, ScanContext.None))?.Count}");
        }

        foreach (var column in segment.Attributes)
        {
            if ((column.Ordinal + salt) % part != 0) continue;
            var name = $"{column.Owner} {column.Key} {column.Type}";
            await AskAsync($"{number} {name}", async () => Of(await segment.ReadAsync(column, ScanContext.None)));
            if (column.Owner is AttributeOwner.Span or AttributeOwner.Resource or AttributeOwner.Scope)
                await AskAsync($"{number} rows of {name}", async () => Of(await segment.ReadRowsAsync(column, Some(segment.SpanCount), ScanContext.None)));
            await AskAsync($"{number} index of {name}", async () =>
                $"{segment.Int64Bounds(column)} {await segment.MayContainAsync(column, "value-1"u8.ToArray(), ScanContext.None)} {(await segment.ReadDictionaryAsync(column, ScanContext.None))?.Count}");
        }
    }

    private async Task AskAsync(string question, Func<Task<string>> ask)
    {
        try
        {
            Answers[question] = await ask();
        }
        catch (SegmentDamagedException e) when (e.Message.Contains(Name, StringComparison.Ordinal))
        {
            Answers[question] = Refused + e.Message;
        }
    }

    private static RowSet Some(int rows)
    {
        rows = Math.Min(rows, MaxRows);
        return RowSet.Of([.. Enumerable.Range(0, rows).Where(row => row % 7 == 3)]);
    }

    private static string Of(ColumnVector? column)
    {
        if (column is null) return "none";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{column.RowCount} rows, {column.Count} values");
        text.Append(CultureInfo.InvariantCulture, $" {XxHash3.HashToUInt64(MemoryMarshal.AsBytes(column.Rows)):x}");
        switch (column)
        {
            case Int64Vector longs:
                text.Append(CultureInfo.InvariantCulture, $" {XxHash3.HashToUInt64(MemoryMarshal.AsBytes(longs.Values)):x}");
                break;
            case DoubleVector doubles:
                text.Append(CultureInfo.InvariantCulture, $" {XxHash3.HashToUInt64(MemoryMarshal.AsBytes(doubles.Values)):x}");
                break;
            case BoolVector bools:
                text.Append(CultureInfo.InvariantCulture, $" {XxHash3.HashToUInt64(MemoryMarshal.AsBytes(bools.Values)):x}");
                break;
            case StringVector strings:
                for (var i = 0; i < strings.Count; i++) text.Append(' ').Append(Convert.ToHexString(strings[i]));
                break;
            case TraceIdVector ids:
                for (var i = 0; i < ids.Count; i++) text.Append(' ').Append(ids[i]);
                break;
        }

        return text.ToString();
    }
}
