using Rubato.Model.Columns;
using Rubato.Model.Spans;

namespace Rubato.Ingest.Generator;

/// <summary>
/// The span-metrics processor: calls, latency and size by service, name, kind, status and the dimensions (spec/metrics-generator.md 2).
/// </summary>
/// <remarks>
/// <code>
///  1. each label is a column of numbers        service  3 3 3 7 ...    name  12 12 4 4 ...
///  2. two columns become one, pair by pair     (3,12)=1 (3,12)=1 (3,4)=2 (7,4)=3 ...
///  3. one series is looked up for each number that is left, not for each span
/// </code>
/// So that a span costs some look-ups of numbers and no text.
/// </remarks>
internal sealed class SpanMetrics
{
    private readonly SpanMetricsOptions _options;
    private readonly string _tenant;
    private readonly PolicyFilter _filter;
    private readonly SeriesKind _kind;
    private readonly SeriesKind _targetInfo = new("target_info", [], [], [], "traces_target_info");
    private readonly List<(string Label, Func<SliceTexts, int[]?> Column)> _labels = [];
    private readonly int _calls = -1;
    private readonly int _size = -1;
    private readonly bool _latency;
    private readonly string[] _names;
    private readonly string[] _values;
    private LabelSets? _sets;

    public SpanMetrics(SpanMetricsOptions options, string tenant)
    {
        _options = options;
        _tenant = tenant;
        _filter = new PolicyFilter(options.FilterPolicies);
        var counters = new List<string>();
        if (options.Calls) (_calls, counters) = (counters.Count, [.. counters, "traces_spanmetrics_calls_total"]);
        if (options.Size) (_size, counters) = (counters.Count, [.. counters, "traces_spanmetrics_size_total"]);
        _latency = options.Latency;
        _kind = new SeriesKind("span-metrics", [.. counters], _latency ? ["traces_spanmetrics_latency"] : [], [.. options.Buckets]);

        if (options.Service) _labels.Add(("service", t => t.Resource("service.name")));
        if (options.SpanName) _labels.Add(("span_name", t => t.Fixed(SpanColumn.Name)));
        if (options.SpanKind) _labels.Add(("span_kind", t => Enums(t, SpanColumn.Kind, LabelNames.KindOf)));
        if (options.StatusCode) _labels.Add(("status_code", t => Enums(t, SpanColumn.StatusCode, LabelNames.StatusOf)));
        if (options.StatusMessage) _labels.Add(("status_message", t => t.Fixed(SpanColumn.StatusMessage)));
        foreach (var dimension in options.Dimensions) _labels.Add((LabelNames.Of(dimension, LabelNames.Intrinsics), t => t.ResourceThenSpan(dimension)));
        foreach (var mapping in options.Mappings) _labels.Add((LabelNames.Of(mapping.Name, LabelNames.Intrinsics), t => Joined(t, mapping)));
        if (options.EnableTargetInfo)
        {
            _labels.Add(("job", Job));
            if (options.EnableInstanceLabel) _labels.Add(("instance", t => t.Resource("service.instance.id")));
        }

        _names = [.. _labels.Select(l => l.Label)];
        _values = new string[_names.Length];
    }

    public IReadOnlyList<SeriesKind> Kinds => [_kind, _targetInfo];

    /// <param name="texts">The slice.</param>
    /// <param name="keep">Rows to look at; null for all.</param>
    /// <param name="registry">Where the series are.</param>
    /// <param name="nowMs">Milliseconds since 1970.</param>
    public void Add(SliceTexts texts, bool[]? keep, SeriesRegistry registry, long nowMs)
    {
        var slice = texts.Slice;
        var passes = _filter.Passing(texts);
        if (_sets is null || _sets.IsFull || !ReferenceEquals(_sets.Pool, texts.Pool)) _sets = new LabelSets(texts.Pool, _labels.Count);
        var columns = new int[]?[_labels.Count];
        for (var c = 0; c < columns.Length; c++) columns[c] = _labels[c].Column(texts);
        var ids = _sets.IdsOf(texts, columns);
        var durations = slice.Batch.DurationNano.Values[slice.From..slice.To];
        var statuses = ((Int64Vector)slice.Batch[SpanColumn.StatusCode]!).Values[slice.From..slice.To];
        var multipliers = Multipliers.Of(texts, _options.SpanMultiplierKey, _options.EnableTracestateMultiplier);
        var filtered = 0;
        for (var i = 0; i < slice.Count; i++)
        {
            if (keep is not null && !keep[i]) continue;
            if (passes is not null && !passes[i])
            {
                filtered++;
                continue;
            }

            var group = _sets.GroupOf(ids[i]) ?? NewGroup(texts, columns, i, ids[i], registry, nowMs);
            group.UpdatedMs = nowMs;
            var multiplier = multipliers is null ? 1 : multipliers[i];
            if (_calls >= 0) group.Counters[_calls] += multiplier;
            if (_size >= 0) group.Counters[_size] += slice.Sizes[i];
            // The end before the start: a clock that went back, no time.
            if (_latency) group.HistogramAt(0).Observe(Math.Max(durations[i], 0) / 1e9, multiplier, slice.Batch.TraceIds[slice.From + i], statuses[i] == 2);
        }

        if (filtered > 0) GeneratorMetrics.SpansDiscarded.WithLabels(_tenant, "span_metrics_filtered").Inc(filtered);
        if (_options.EnableTargetInfo) AddTargetInfo(texts, registry, nowMs);
    }

    private SeriesGroup NewGroup(SliceTexts texts, int[]?[] columns, int row, int id, SeriesRegistry registry, long nowMs)
    {
        for (var c = 0; c < columns.Length; c++) _values[c] = columns[c] is { } numbers ? texts[numbers[row]] : "";
        var group = registry.Get(_kind, _names, _values, nowMs);
        _sets!.Keep(id, group);
        return group;
    }

    private static int[] Enums(SliceTexts texts, SpanColumn column, Func<long, string> name)
    {
        var slice = texts.Slice;
        var rows = texts.Rent();
        Span<int> numbers = stackalloc int[8];
        for (var v = 0; v < numbers.Length; v++) numbers[v] = texts.NumberOf(name(v));
        var values = ((Int64Vector)slice.Batch[column]!).Values[slice.From..slice.To];
        for (var i = 0; i < values.Length; i++) rows[i] = numbers[(int)((ulong)values[i] < 8 ? values[i] : 0)];
        return rows;
    }

    private static int[]? Joined(SliceTexts texts, DimensionMapping mapping)
    {
        var columns = mapping.SourceLabels.Select(texts.ResourceThenSpan).Where(c => c is not null).Select(c => c!).ToArray();
        if (columns.Length == 0) return null;
        var rows = texts.Rent();
        for (var i = 0; i < texts.Slice.Count; i++)
        {
            var row = i;
            rows[i] = texts.NumberOf(string.Join(mapping.Join, columns.Where(c => c[row] != 0).Select(c => texts[c[row]])));
        }

        return rows;
    }

    private static int[]? Job(SliceTexts texts)
    {
        var (service, space) = (texts.Resource("service.name"), texts.Resource("service.namespace"));
        if (service is null || space is null) return service;
        var rows = texts.Rent();
        for (var i = 0; i < texts.Slice.Count; i++)
        {
            if (service[i] == 0) continue;
            rows[i] = space[i] == 0 ? service[i] : texts.NumberOf(texts[space[i]] + "/" + texts[service[i]]);
        }

        return rows;
    }

    private void AddTargetInfo(SliceTexts texts, SeriesRegistry registry, long nowMs)
    {
        var slice = texts.Slice;
        var keys = slice.Batch.Attributes.Where(a => a.Owner == AttributeOwner.Resource).Select(a => a.Key).Distinct(StringComparer.Ordinal)
            .Where(k => k.Length > 0 && !char.IsAsciiDigit(k[0]) && k is not ("service.name" or "service.namespace" or "service.instance.id") && !_options.TargetInfoExcluded.Contains(k))
            .ToArray();
        var columns = keys.Select(k => (Name: LabelNames.Of(k, [.. LabelNames.Intrinsics, "job", "instance"]), Numbers: texts.Resource(k)))
            .Where(c => c.Numbers is not null).ToList();
        var (job, instance) = (Job(texts), texts.Resource("service.instance.id"));
        var seen = new HashSet<int>();
        var resources = slice.Batch.ResourceRows[slice.From..slice.To];
        for (var i = 0; i < resources.Length; i++)
        {
            if (!seen.Add(resources[i])) continue;
            if (!columns.Exists(c => c.Numbers![i] != 0) || ((job?[i] ?? 0) == 0 && (instance?[i] ?? 0) == 0)) continue;
            string[] names = [.. columns.Select(c => c.Name), "job", "instance"];
            string[] values = [.. columns.Select(c => texts[c.Numbers![i]]), texts[job?[i] ?? 0], texts[instance?[i] ?? 0]];
            registry.Get(_targetInfo, names, values, nowMs);
        }
    }
}
