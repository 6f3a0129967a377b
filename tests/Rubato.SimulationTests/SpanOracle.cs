using Rubato.Model.Spans;
using Rubato.Model.Tenants;

namespace Rubato.SimulationTests;

/// <summary>
/// What must be found, what may be found, and what must not: the obvious twin of the whole store.
/// <code>
///   acknowledged, younger than the tenant's retention   must be found, once
///   acknowledged and older, or never acknowledged        may be found, once
///   refused, of another tenant, unknown                  must not be found
/// </code>
/// </summary>
internal sealed class SpanOracle(IReadOnlyDictionary<TenantId, TimeSpan> retention, TimeProvider time)
{
    private readonly Dictionary<TenantId, Dictionary<TraceId, Dictionary<long, SentSpan>>> _tenants = retention.Keys.ToDictionary(t => t, _ => new Dictionary<TraceId, Dictionary<long, SentSpan>>());

    public IEnumerable<TenantId> Tenants => retention.Keys;

    /// <summary>Spans acknowledged so far. Noted before a question: what comes while it is answered it need not have.</summary>
    public int Acknowledged { get; private set; }

    public void Sent(IEnumerable<SentSpan> spans, bool acknowledged)
    {
        foreach (var span in spans)
        {
            var traces = _tenants[span.Tenant];
            if (!traces.TryGetValue(span.Span.TraceId, out var known)) traces[span.Span.TraceId] = known = [];
            known[span.Number] = span;
            if (acknowledged && span.AcknowledgedAt == int.MaxValue) span.AcknowledgedAt = Acknowledged++;
        }
    }

    public IReadOnlyCollection<TraceId> Traces(TenantId tenant) => _tenants[tenant].Keys;

    private bool IsExpired(SentSpan span) =>
        retention[span.Tenant] > TimeSpan.Zero && DateTimeOffset.UnixEpoch.AddTicks((long)(span.Span.EndUnixNano / 100)) < time.GetUtcNow() - retention[span.Tenant];

    /// <summary>Compares the numbers that an answer has for a trace with what was sent. Null: it is right.</summary>
    /// <param name="tenant">Who asked.</param>
    /// <param name="trace">About what.</param>
    /// <param name="found">The numbers of the spans in the answer.</param>
    /// <param name="complete">The answer does not say that it lacks something.</param>
    /// <param name="acknowledgedBefore"><see cref="Acknowledged"/> when the question was asked.</param>
    public string? Check(TenantId tenant, TraceId trace, IReadOnlyCollection<long> found, bool complete, int acknowledgedBefore)
    {
        var sent = _tenants[tenant].GetValueOrDefault(trace, []);
        var seen = new HashSet<long>();
        foreach (var number in found)
        {
            if (!seen.Add(number)) return $"span {number} comes twice in trace {trace} of tenant {tenant.Value}";
            if (!sent.ContainsKey(number)) return $"{Describe(number)} is in trace {trace} of tenant {tenant.Value} and does not belong there";
        }

        if (!complete) return null;
        foreach (var span in sent.Values)
        {
            if (span.AcknowledgedAt < acknowledgedBefore && !IsExpired(span) && !seen.Contains(span.Number)) return $"{span} is missing; found of its trace: {seen.Count} of {sent.Count}";
        }

        return null;
    }

    /// <summary>Compares a whole tenant, trace by trace.</summary>
    public string? Check(TenantId tenant, IReadOnlyDictionary<TraceId, List<long>> found, bool complete, int acknowledgedBefore)
    {
        foreach (var (trace, numbers) in found)
        {
            if (Check(tenant, trace, numbers, complete, acknowledgedBefore) is { } problem) return problem;
        }

        if (!complete) return null;
        foreach (var trace in _tenants[tenant].Keys)
        {
            if (!found.ContainsKey(trace) && Check(tenant, trace, [], complete, acknowledgedBefore) is { } problem) return problem;
        }

        return null;
    }

    private string Describe(long number)
    {
        foreach (var span in _tenants.Values.SelectMany(t => t.Values).SelectMany(t => t.Values))
        {
            if (span.Number == number) return span.ToString();
        }

        return $"span {number}, which was refused or never sent,";
    }
}
