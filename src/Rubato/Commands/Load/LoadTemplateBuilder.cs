using System.Globalization;
using Rubato.Model.Otlp;

namespace Rubato.Commands.Load;

/// <summary>Encodes one request: its spans grouped by service, each group one resource (a pod of the service) with one scope.</summary>
internal sealed class LoadTemplateBuilder(ulong seed)
{
    private readonly LoadSpanEncoder _encoder = new();
    private readonly ProtoWriter _span = new();
    private readonly ProtoWriter _small = new();
    private readonly ProtoWriter _scopeSpans = new();
    private readonly ProtoWriter _resourceSpans = new();

    public LoadTemplate Build(int number)
    {
        var random = new LoadSequence(LoadRandom.At(LoadRandom.Mix(seed), (ulong)number));
        List<LoadSpanPlan[]> plans = LoadTracePlanner.Plan(ref random);
        LoadSlots[][] slots = [.. plans.Select(trace => new LoadSlots[trace.Length])];

        var request = new ProtoWriter();
        for (int service = 0; service < LoadVocabulary.Services.Length; service++)
        {
            if (plans.Any(trace => trace.Any(span => span.Service == service)))
            {
                Group(request, service, plans, slots, ref random);
            }
        }

        int before = 0;
        var traces = new LoadTemplateTrace[plans.Count];
        for (int i = 0; i < traces.Length; before += plans[i].Length, i++)
        {
            traces[i] = new LoadTemplateTrace(before, plans[i], slots[i], [.. plans[i].Select(plan => plan.Parent)]);
        }

        return new LoadTemplate(request.Written.ToArray(), traces);
    }

    private void Group(ProtoWriter request, int service, List<LoadSpanPlan[]> plans, LoadSlots[][] slots, ref LoadSequence random)
    {
        _scopeSpans.Clear();
        _small.Clear();
        _small.Text(1, random.Pick<string>(LoadVocabulary.ScopeNames));
        _small.Text(2, random.Pick<string>(LoadVocabulary.ScopeVersions));
        _scopeSpans.Bytes(1, _small.Written);
        List<(int Trace, int Span)> members = [];
        for (int trace = 0; trace < plans.Count; trace++)
        {
            for (int span = 0; span < plans[trace].Length; span++)
            {
                if (plans[trace][span].Service == service)
                {
                    _span.Clear();
                    LoadSlots within = _encoder.Encode(_span, plans[trace][span], ref random);
                    slots[trace][span] = within.Shifted(_scopeSpans.Bytes(2, _span.Written));
                    members.Add((trace, span));
                }
            }
        }

        _resourceSpans.Clear();
        Resource(service, random.Below(LoadVocabulary.PodsPerService));
        _resourceSpans.Bytes(1, _small.Written);
        int inResource = _resourceSpans.Bytes(2, _scopeSpans.Written);
        int shift = request.Bytes(1, _resourceSpans.Written) + inResource;
        foreach ((int trace, int span) in members)
        {
            slots[trace][span] = slots[trace][span].Shifted(shift);
        }
    }

    private void Resource(int service, int pod)
    {
        string name = LoadVocabulary.Services[service];
        string domain = LoadVocabulary.Namespaces[service % LoadVocabulary.Namespaces.Length];
        ulong identity = LoadRandom.At((ulong)service, (ulong)pod);
        string podName = string.Create(CultureInfo.InvariantCulture, $"{name}-{(identity >> 32) & 0xFFFFFFFFF:x8}-{identity & 0xFFFFF:x5}");
        _small.Clear();
        Add("service.name", name);
        Add("service.namespace", domain);
        Add("service.version", string.Create(CultureInfo.InvariantCulture, $"1.{service}.{service * 7 % 10}"));
        Add("service.instance.id", podName);
        Add("deployment.environment", "production");
        Add("k8s.cluster.name", "prod-1");
        Add("k8s.namespace.name", domain);
        Add("k8s.pod.name", podName);
        Add("k8s.deployment.name", name);
        Add("k8s.container.name", name);
        Add("host.name", string.Create(CultureInfo.InvariantCulture, $"node-{identity % 40:D2}.internal"));
        Add("cloud.region", LoadVocabulary.Regions[(int)(identity % 3)]);
        Add("telemetry.sdk.language", LoadVocabulary.Languages[service % LoadVocabulary.Languages.Length]);
        Add("telemetry.sdk.name", "opentelemetry");
        Add("process.pid", (int)(1 + (identity % 32_000)));

        void Add(string key, object value) => _encoder.KeyValue(_small, 1, key, value);
    }
}
