using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution;

namespace Rubato.Query.ServiceGraph;

/// <summary>
/// Rate, errors and durations of what services answer: SERVER and CONSUMER spans and roots, by service and, where asked for, name. Each segment by itself, then added up.
/// </summary>
internal sealed class RedScan(RedQuestion question)
{
    private readonly Lock _lock = new();
    private readonly RedSums _sums = new(question);

    public string Name(int number) => _sums.Texts[number];

    /// <summary>Groups by the numbers of service and name.</summary>
    public async Task<IReadOnlyDictionary<(int Service, int Name), RedGroup>> RunAsync(SnapshotScan scan)
    {
        await scan.RunAsync(async scanned =>
        {
            var part = await ReadAsync(scanned);
            lock (_lock) _sums.Add(part);
        });
        return _sums.Groups;
    }

    private async ValueTask<RedSums> ReadAsync(ScannedSegment scanned)
    {
        var (segment, repeated, context) = (scanned.Segment, scanned.Repeated, scanned.Context);
        var sums = new RedSums(question);
        if (await sums.Texts.ReadAsync(segment, "service.name", context, AttributeOwner.Resource) is not { } services) return sums;
        var only = question.Service is null ? 0 : sums.Texts.NumberOf(question.Service);
        var names = context.Rent<int>(segment.SpanCount);
        names.AsSpan(0, segment.SpanCount).Clear();
        if (question.ByOperation && await segment.ReadAsync(SpanColumn.Name, context) is { } column) sums.Texts.Fill(column, names);
        var kinds = await LongsAsync(SpanColumn.Kind);
        var statuses = await LongsAsync(SpanColumn.StatusCode);
        var parents = await LongsAsync(SpanColumn.ParentSpanId);
        var starts = await LongsAsync(SpanColumn.StartUnixNano);
        var durations = await LongsAsync(SpanColumn.DurationNano);
        var next = 0;
        for (var row = 0; row < segment.SpanCount; row++)
        {
            if (next < repeated.Count && repeated[next] == row)
            {
                next++;
                continue;
            }

            if (services[row] == 0 || (only != 0 && services[row] != only) || (At(kinds, row) is not (2 or 5) && At(parents, row) != 0)) continue;
            var start = (ulong)At(starts, row);
            if (start < question.Range.StartUnixNano || start > question.Range.EndUnixNano) continue;
            sums.GroupOf(services[row], names[row]).Add(question.IntervalOf(start), At(durations, row), At(statuses, row) == 2);
        }

        return sums;

        async ValueTask<Int64Vector?> LongsAsync(SpanColumn of) => (Int64Vector?)await segment.ReadAsync(of, context);

        static long At(Int64Vector? column, int row) => column is null ? 0
            : column.IsDense ? column.Values[row]
            : column.IndexOf(row) is >= 0 and var i ? column.Values[i] : 0;
    }
}
