using System.Text;

namespace Rubato.Ingest.Generator;

/// <summary>
/// A tenant's series: made when a span first needs them, limited in number, collected at each interval, ended when nothing changes them. Used by the generator's loop only.
/// </summary>
/// <param name="tenant">For the metrics about it.</param>
/// <param name="settings">Those that hold now.</param>
/// <param name="floorMs">When an earlier run or registry last sent samples, milliseconds since 1970.</param>
internal sealed class SeriesRegistry(string tenant, GeneratorSettings settings, long floorMs)
{
    /// <summary>Where no limit is set: a cardinality bomb must not take the memory of the process (about 60 bytes a series, with its labels 250 MB in all).</summary>
    public const int HardLimit = 1_000_000;

    /// <summary>The one label of a series that counts what has no room for series of its own.</summary>
    public const string OverflowLabel = "metric_overflow";

    private readonly Dictionary<(SeriesKind Kind, string Key), SeriesGroup> _groups = [];
    private readonly Dictionary<SeriesKind, SeriesGroup> _overflow = [];
    private readonly SeriesOptions _series = settings.Series;
    private readonly LabelValueLimit? _values = settings.Series.MaxValuesPerLabel > 0 ? new(tenant, settings.Series.MaxValuesPerLabel) : null;
    private long _floorMs = floorMs;
    private long _collectedMs;

    public int ActiveSeries { get; private set; }

    /// <summary>Limits and times may change while series go on; their <see cref="GeneratorSettings.Series"/> may not.</summary>
    public GeneratorSettings Settings { get; set; } = settings;

    private int Limit => Settings is { MaxActiveSeries: > 0 and var max, LimitsEntities: false } ? max : HardLimit;

    private int EntityLimit => Settings.LimitsEntities ? Settings.MaxActiveEntities : 0;

    /// <summary>The series of a label set. A new one too many is the overflow series instead.</summary>
    /// <param name="kind">Which metrics.</param>
    /// <param name="names">Label names; those with an empty value are left out.</param>
    /// <param name="values">Their values.</param>
    /// <param name="nowMs">Milliseconds since 1970.</param>
    public SeriesGroup Get(SeriesKind kind, ReadOnlySpan<string> names, ReadOnlySpan<string> values, long nowMs)
    {
        var key = KeyOf(names, values);
        if (_groups.TryGetValue((kind, key), out var group))
        {
            group.UpdatedMs = nowMs;
            return group;
        }

        if (Fitted(names, values) is not { } fitted) return Add(kind, key, names, values, nowMs);
        key = KeyOf(names, fitted);
        if (!_groups.TryGetValue((kind, key), out group)) return Add(kind, key, names, fitted, nowMs);
        group.UpdatedMs = nowMs;
        return group;
    }

    /// <summary>Ends series that nothing changed for longer than the stale duration; they begin at 0 when they come back.</summary>
    public void Sweep(long nowMs)
    {
        var oldest = nowMs - (long)Settings.StaleDuration.TotalMilliseconds;
        foreach (var (key, group) in _groups)
        {
            if (group.UpdatedMs < oldest) End(key, group);
        }
    }

    /// <summary>Ends all series of some metrics: what made them has other options now, or is off.</summary>
    public void End(IReadOnlyList<SeriesKind> kinds)
    {
        foreach (var (key, group) in _groups)
        {
            if (kinds.Contains(key.Kind)) End(key, group);
        }

        foreach (var kind in kinds) _overflow.Remove(kind);
    }

    /// <summary>The metrics about it.</summary>
    public void Report()
    {
        GeneratorMetrics.ActiveSeries.WithLabels(tenant).Set(ActiveSeries);
        GeneratorMetrics.MaxActiveSeries.WithLabels(tenant).Set(Limit);
        GeneratorMetrics.ActiveEntities.WithLabels(tenant).Set(_groups.Count);
        GeneratorMetrics.MaxActiveEntities.WithLabels(tenant).Set(EntityLimit);
    }

    /// <summary>All series at one time.</summary>
    public void Collect(SampleBatches into, long nowMs)
    {
        // The 0 before the first value lies at the end of the minute before, as Tempo 3.0 has it; but behind whatever an earlier run of this process sent of the same series.
        var zeroMs = Math.Max((nowMs / 60_000 * 60_000) - 1000, _floorMs + 1);
        if (zeroMs >= nowMs) zeroMs = 0;
        _collectedMs = nowMs;
        foreach (var group in _groups.Values) Collect(group, into, nowMs, zeroMs);
        foreach (var group in _overflow.Values) Collect(group, into, nowMs, zeroMs);
    }

    private void Collect(SeriesGroup group, SampleBatches into, long nowMs, long zeroMs)
    {
        var kind = group.Kind;
        if (kind.Gauge is not null) into.Add(kind.Gauge, group.Labels, 1, nowMs, 0, default);
        for (var c = 0; c < kind.Counters.Length; c++)
        {
            if (group.Counters[c] == 0) continue;
            into.Add(kind.Counters[c], group.Labels, group.Counters[c], nowMs, First(1UL << c), default);
        }

        for (var h = 0; h < kind.Histograms.Length; h++)
        {
            if (group.Histograms[h] is not { } histogram) continue;
            into.Add(kind.Histograms[h], group.Labels, histogram, nowMs, First(1UL << (16 + h)));
            histogram.ForgetExemplars();
            histogram.Native?.Renew(nowMs);
        }

        long First(ulong bit)
        {
            if ((group.Sent & bit) != 0) return 0;
            group.Sent |= bit;
            return zeroMs;
        }
    }

    /// <summary>
    /// The values as the series will have them: cut, of two labels with one name the last, and none too many; null when they are that already. What becomes the same is one group: two of them
    /// would be one series twice in a request, which Prometheus refuses as a whole.
    /// </summary>
    private string[]? Fitted(ReadOnlySpan<string> names, ReadOnlySpan<string> values)
    {
        string[]? fitted = null;
        var seen = new HashSet<string>(names.Length, StringComparer.Ordinal);
        for (var i = names.Length - 1; i >= 0; i--)
        {
            if (values[i].Length == 0) continue;
            var value = seen.Add(names[i]) ? LabelNames.Cut(values[i], _series.MaxLabelValueLength) : "";
            if (!ReferenceEquals(value, values[i])) (fitted ??= [.. values])[i] = value;
        }

        if (_values is null) return fitted;
        var capped = fitted ?? [.. values];
        return _values.Cap(names, capped) ? capped : fitted;
    }

    private SeriesGroup Add(SeriesKind kind, string key, ReadOnlySpan<string> names, ReadOnlySpan<string> values, long nowMs)
    {
        var cost = CostOf(kind);
        var isOneSetTooMany = EntityLimit > 0 && _groups.Count >= EntityLimit;
        SeriesGroup? group;
        if (isOneSetTooMany || ActiveSeries + cost > Limit)
        {
            if (isOneSetTooMany) GeneratorMetrics.EntitiesLimited.WithLabels(tenant).Inc();
            else GeneratorMetrics.SeriesLimited.WithLabels(tenant).Inc(cost);
            if (!_overflow.TryGetValue(kind, out group)) _overflow.Add(kind, group = Make(kind, [OverflowLabel], ["true"], isOverflow: true));
        }
        else
        {
            _groups.Add((kind, key), group = Make(kind, names, values));
            _values?.Take(group.Counted);
            ActiveSeries += cost;
            GeneratorMetrics.SeriesAdded.WithLabels(tenant).Inc(cost);
        }

        group.UpdatedMs = nowMs;
        return group;
    }

    private void End((SeriesKind Kind, string Key) key, SeriesGroup group)
    {
        var cost = CostOf(group.Kind);
        _groups.Remove(key);
        _values?.Release(group.Counted);
        group.HasEnded = true;
        ActiveSeries -= cost;
        // Should it come back within the minute, the 0 before its first value must not lie before what was sent of it.
        _floorMs = Math.Max(_floorMs, _collectedMs);
        GeneratorMetrics.SeriesRemoved.WithLabels(tenant).Inc(cost);
    }

    private int CostOf(SeriesKind kind) => kind.Cost(_series.Classic, _series.Native is not null);

    /// <summary>What tells label sets apart, as one text.</summary>
    private static string KeyOf(ReadOnlySpan<string> names, ReadOnlySpan<string> values)
    {
        var key = new StringBuilder();
        for (var i = 0; i < names.Length; i++)
        {
            if (values[i].Length > 0) key.Append(names[i]).Append('\u0001').Append(values[i]).Append('\u0002');
        }

        return key.ToString();
    }

    private SeriesGroup Make(SeriesKind kind, ReadOnlySpan<string> names, ReadOnlySpan<string> values, bool isOverflow = false)
    {
        // Those of the series win over the external ones.
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in _series.ExternalLabels) labels[name] = value;
        var counted = new List<KeyValuePair<string, string>>();
        for (var i = 0; i < names.Length; i++)
        {
            if (values[i].Length == 0) continue;
            labels[LabelNames.Cut(names[i], _series.MaxLabelNameLength)] = values[i];
            if (_values is not null && !isOverflow && values[i] != LabelValueLimit.Overflow) counted.Add(new(names[i], values[i]));
        }

        return new SeriesGroup(kind, SeriesLabels.Of([.. labels.Where(l => l.Value.Length > 0)]), _series.Classic, _series.Native) { IsOverflow = isOverflow, Counted = [.. counted] };
    }
}
