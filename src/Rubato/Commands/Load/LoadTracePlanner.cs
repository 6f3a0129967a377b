namespace Rubato.Commands.Load;

/// <summary>Chooses the traces of a template: their sizes, trees, services and kinds.</summary>
internal static class LoadTracePlanner
{
    public const int MaxSpansPerTrace = 59;

    // Traces are added until here: the last one overshoots by half a trace on average, so that requests have ~500 spans.
    private const int EnoughSpans = 493;

    public static List<LoadSpanPlan[]> Plan(ref LoadSequence random)
    {
        List<LoadSpanPlan[]> traces = [];
        for (int spans = 0; spans < EnoughSpans; spans += traces[^1].Length)
        {
            traces.Add(Trace(ref random));
        }

        return traces;
    }

    private static LoadSpanPlan[] Trace(ref LoadSequence random)
    {
        var plans = new LoadSpanPlan[Size(ref random)];
        plans[0] = new LoadSpanPlan(-1, random.Below(LoadVocabulary.RootServices), LoadSpanRole.Server, Failed(ref random));
        for (int i = 1; i < plans.Length; i++)
        {
            LoadSpanRole role = Role(ref random);
            int parent = Parent(plans.AsSpan(0, i), role, ref random);

            // A server or a consumer is where a call arrives: another service. Everything else happens where its parent runs.
            int service = role is LoadSpanRole.Server or LoadSpanRole.Consumer
                ? random.Between(LoadVocabulary.RootServices, LoadVocabulary.Services.Length - 1)
                : plans[parent].Service;
            plans[i] = new LoadSpanPlan(parent, service, role, Failed(ref random));
        }

        return plans;
    }

    private static int Size(ref LoadSequence random) => random.Below(100) switch
    {
        < 35 => random.Between(1, 4),
        < 90 => random.Between(5, 19),
        _ => random.Between(20, MaxSpansPerTrace),
    };

    private static LoadSpanRole Role(ref LoadSequence random) => random.Below(200) switch
    {
        < 35 => LoadSpanRole.Database,
        < 70 => LoadSpanRole.HttpClient,
        < 120 => LoadSpanRole.Server,
        < 130 => LoadSpanRole.Producer,
        < 140 => LoadSpanRole.Consumer,
        _ => LoadSpanRole.Internal,
    };

    // A call's other side hangs under the latest caller, if there is one, so that service graphs find pairs; the rest under a recent span.
    private static int Parent(ReadOnlySpan<LoadSpanPlan> earlier, LoadSpanRole role, ref LoadSequence random)
    {
        LoadSpanRole? caller = role switch
        {
            LoadSpanRole.Server => LoadSpanRole.HttpClient,
            LoadSpanRole.Consumer => LoadSpanRole.Producer,
            _ => null,
        };
        for (int i = earlier.Length - 1; i > 0 && caller is not null; i--)
        {
            if (earlier[i].Role == caller)
            {
                return i;
            }
        }

        return random.Between(Math.Max(0, earlier.Length - 6), earlier.Length - 1);
    }

    private static bool Failed(ref LoadSequence random) => random.Chance(0.03);
}
