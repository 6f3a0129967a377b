namespace Rubato.Ingest.Generator;

/// <summary>The host-info processor: a gauge for each host that spans come from (spec/metrics-generator.md 5).</summary>
internal sealed class HostInfo(HostInfoOptions options)
{
    private readonly SeriesKind _kind = new("host-info", [], [], [], options.Metric);

    public IReadOnlyList<SeriesKind> Kinds => [_kind];

    public void Add(SliceTexts texts, bool[]? keep, SeriesRegistry registry, long nowMs)
    {
        var columns = options.Identifiers.Select(id => (Name: id, Numbers: texts.Resource(id))).Where(c => c.Numbers is not null).ToArray();
        if (columns.Length == 0) return;
        var resources = texts.Slice.Batch.ResourceRows[texts.Slice.From..texts.Slice.To];
        var seen = new HashSet<int>();
        for (var i = 0; i < resources.Length; i++)
        {
            if ((keep is not null && !keep[i]) || !seen.Add(resources[i])) continue;
            foreach (var (name, numbers) in columns)
            {
                if (numbers![i] == 0) continue;
                var host = texts[numbers[i]];
                registry.Get(_kind, ["grafana_host_id", "host_source"], [host, name], nowMs);
                break;
            }
        }
    }
}
