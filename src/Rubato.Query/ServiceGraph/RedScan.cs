using Rubato.Model.Columns;
using Rubato.Model.Scanning;

namespace Rubato.Query.ServiceGraph;

/// <summary>Rate, errors and durations of what services answer: SERVER and CONSUMER spans and roots, by service and, where asked for, name.</summary>
internal sealed class RedScan(RedQuestion question)
{
    private const string Other = "(other)";

    private readonly GraphTexts _texts = new();

    /// <summary>Without operations the name is 0.</summary>
    public Dictionary<(int Service, int Name), RedGroup> Groups { get; } = [];

    public string Name(int number) => _texts[number];

    public async Task RunAsync(IReadOnlyList<ISpanSegment> segments, ScanContext context, List<string> problems)
    {
        foreach (var segment in segments)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            if (segment.SpanCount == 0 || !segment.TimeRange.Overlaps(question.Range)) continue;
            try
            {
                await AddAsync(segment, context);
            }
            catch (SegmentDamagedException e)
            {
                problems.Add(e.Message);
            }
        }
    }

    private async Task AddAsync(ISpanSegment segment, ScanContext context)
    {
        if (await _texts.ReadAsync(segment, "service.name", context, AttributeOwner.Resource) is not { } services) return;
        var only = question.Service is null ? 0 : _texts.NumberOf(question.Service);
        var names = new int[segment.SpanCount];
        if (question.ByOperation && await segment.ReadAsync(SpanColumn.Name, context) is { } column) _texts.Fill(column, names);
        var kinds = await LongsAsync(SpanColumn.Kind);
        var statuses = await LongsAsync(SpanColumn.StatusCode);
        var parents = await LongsAsync(SpanColumn.ParentSpanId);
        var starts = await LongsAsync(SpanColumn.StartUnixNano);
        var durations = await LongsAsync(SpanColumn.DurationNano);
        context.AddSpans(segment.SpanCount);
        for (var row = 0; row < segment.SpanCount; row++)
        {
            if (services[row] == 0 || (only != 0 && services[row] != only) || (At(kinds, row) is not (2 or 5) && At(parents, row) != 0)) continue;
            var start = (ulong)At(starts, row);
            if (start < question.Range.StartUnixNano || start > question.Range.EndUnixNano) continue;
            GroupOf(services[row], names[row]).Add(question.IntervalOf(start), At(durations, row), At(statuses, row) == 2);
        }

        async ValueTask<Int64Vector?> LongsAsync(SpanColumn of) => (Int64Vector?)await segment.ReadAsync(of, context);

        static long At(Int64Vector? column, int row) => column is null ? 0
            : column.IsDense ? column.Values[row]
            : column.IndexOf(row) is >= 0 and var i ? column.Values[i] : 0;
    }

    private RedGroup GroupOf(int service, int name)
    {
        if (Groups.TryGetValue((service, name), out var group)) return group;
        var key = Groups.Count < question.MostGroups ? (service, name) : question.ByOperation ? (service, _texts.NumberOf(Other)) : (_texts.NumberOf(Other), 0);
        if (!Groups.TryGetValue(key, out group)) Groups.Add(key, group = new RedGroup(question.Intervals));
        return group;
    }
}
