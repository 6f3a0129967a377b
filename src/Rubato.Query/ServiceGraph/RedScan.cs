using Rubato.Model.Columns;
using Rubato.Model.Scanning;

namespace Rubato.Query.ServiceGraph;

/// <summary>Rate, errors and durations of what services answer: SERVER and CONSUMER spans and roots, by service and name.</summary>
internal sealed class RedScan(TimeRange range)
{
    /// <summary>A service with span names without end keeps the first so many; the rest is counted together.</summary>
    private const int MaxGroups = 10_000;

    private const string Other = "(other)";

    private readonly GraphTexts _texts = new();

    public Dictionary<(int Service, int Name), DurationSketch> Operations { get; } = [];

    public string Name(int number) => _texts[number];

    public async Task RunAsync(IReadOnlyList<ISpanSegment> segments, ScanContext context, List<string> problems)
    {
        foreach (var segment in segments)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            if (segment.SpanCount == 0 || !segment.TimeRange.Overlaps(range)) continue;
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
        var names = new int[segment.SpanCount];
        if (await segment.ReadAsync(SpanColumn.Name, context) is { } column) _texts.Fill(column, names);
        var kinds = await LongsAsync(SpanColumn.Kind);
        var statuses = await LongsAsync(SpanColumn.StatusCode);
        var parents = await LongsAsync(SpanColumn.ParentSpanId);
        var starts = await LongsAsync(SpanColumn.StartUnixNano);
        var durations = await LongsAsync(SpanColumn.DurationNano);
        context.AddSpans(segment.SpanCount);
        for (var row = 0; row < services.Length; row++)
        {
            if (services[row] == 0 || (At(kinds, row) is not (2 or 5) && At(parents, row) != 0)) continue;
            var start = (ulong)At(starts, row);
            if (start < range.StartUnixNano || start > range.EndUnixNano) continue;
            var key = (services[row], names[row]);
            if (!Operations.TryGetValue(key, out var sketch))
            {
                if (Operations.Count >= MaxGroups) key = (services[row], _texts.NumberOf(Other));
                if (!Operations.TryGetValue(key, out sketch)) Operations.Add(key, sketch = new DurationSketch());
            }

            sketch.Add(At(durations, row), At(statuses, row) == 2);
        }

        async ValueTask<Int64Vector?> LongsAsync(SpanColumn of) => (Int64Vector?)await segment.ReadAsync(of, context);

        static long At(Int64Vector? column, int row) => column is null ? 0
            : column.IsDense ? column.Values[row]
            : column.IndexOf(row) is >= 0 and var i ? column.Values[i] : 0;
    }
}
