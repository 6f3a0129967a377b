using Rubato.Model.Spans;
using Rubato.Model.Tenants;

namespace Rubato.SimulationTests;

/// <summary>Asks, and compares with the oracle.</summary>
internal sealed partial class Simulation
{
    // Each finds every span, on different ways through the engine.
    private static readonly string[] s_searches =
    [
        "{ } | select(span.sim.number, span.sim.text)",
        "{ span.sim.number > 0 } | select(span.sim.text)",
        "{ .service.name =~ \"service-.*\" } | select(span.sim.number, span.sim.text)",
        "{ span.sim.text != \"\" } | select(span.sim.number)",
    ];

    /// <summary>
    /// After a step: with the faults as they are every answer is right or says that it is not complete; then, without them, every answer is complete.
    /// </summary>
    private async Task CheckAsync(int traces)
    {
        _running.Add(StepKind.Query);
        _log.Depth++;
        try
        {
            await AskAsync(traces);
            if (!_faults.IsActive || _running.Count > 1 || _faults.Life.IsDead) return;
            _faults.IsSuspended = true;
            await AskAsync(traces);
        }
        finally
        {
            _faults.IsSuspended = false;
            _log.Depth--;
            _running.RemoveAt(_running.Count - 1);
        }
    }

    private async Task AskAsync(int traces)
    {
        foreach (var tenant in SimulationOptions.TenantNames)
        {
            var query = s_searches[_random.Next(s_searches.Length)];
            var (hits, acknowledged) = (_faults.Hits, _oracle.Acknowledged);
            var answer = await Server.Queries.SearchAllAsync(tenant, query);
            if (IsExcused(answer, hits, $"{query} of {tenant.Value}")) continue;
            Complain(_oracle.Check(tenant, QueryClient.SpansOfSearch(answer), answer.Incomplete is null, acknowledged), $"{query} of {tenant.Value}", answer);
            for (var i = 0; i < traces; i++) await AskTraceAsync(tenant);
        }
    }

    private async Task AskTraceAsync(TenantId tenant)
    {
        // One of all traces that any tenant sent: of this one it may have none.
        var all = _oracle.Traces(SimulationOptions.TenantNames[_random.Next(SimulationOptions.TenantNames.Length)]);
        var trace = all.Count == 0 || _random.Next(20) == 0 ? new TraceId(0, (ulong)_random.NextInt64(1, long.MaxValue)) : all.ElementAt(_random.Next(all.Count));
        var (hits, acknowledged) = (_faults.Hits, _oracle.Acknowledged);
        var answer = await Server.Queries.TraceAsync(tenant, trace);
        if (answer.Status != 404 && IsExcused(answer, hits, $"trace {trace} of {tenant.Value}")) return;
        var found = answer.Status == 404 ? [] : QueryClient.SpansOfTrace(answer);
        Complain(_oracle.Check(tenant, trace, found, answer.Incomplete is null, acknowledged), $"trace {trace} of {tenant.Value}", answer);
    }

    /// <summary>Whether there is nothing to compare, because a fault kept the question from being answered.</summary>
    private bool IsExcused(Answer answer, int hitsBefore, string question)
    {
        var isFault = _faults.Hits > hitsBefore || _faults.Life.IsDead;
        if (answer.Status == 200 && answer.Incomplete is not null && !isFault)
            throw new FindingException($"{question}: the answer is not complete although nothing fails now: {answer.Incomplete}");
        if (answer.Status == 200) return false;
        return isFault ? true : throw new FindingException($"{question}: status {answer.Status} without a fault: {answer.Text}");
    }

    private static void Complain(string? problem, string question, Answer answer)
    {
        if (problem is not null) throw new FindingException($"{question}: {problem} (status {answer.Status}, incomplete: {answer.Incomplete ?? "no"})");
    }

    /// <summary>In the end, without faults: everything is there; and when all of it is past its retention, everything goes.</summary>
    private async Task EndAsync()
    {
        _log.Add("end");
        _meanwhileLeft = 0;
        await CalmAsync();
        await RestartAsync(powerCut: false);
        await StepAsync(StepKind.Poll);
        await CheckAsync(traces: 20);
        await Server.Ingester.FlushAsync(null, CancellationToken.None);
        await CheckAsync(traces: 20);
        // Blocks that could not be read for a while are asked for again.
        _time.Advance(TimeSpan.FromHours(1));
        for (var merges = -1; merges < Merges;)
        {
            merges = Merges;
            await StepAsync(StepKind.Compact);
            await CheckAsync(traces: 5);
        }

        _time.Advance(TimeSpan.FromDays(4));
        for (var i = 0; i < 2; i++)
        {
            await StepAsync(StepKind.Poll);
            await StepAsync(StepKind.Sweep);
            _time.Advance(_options.CompactedBlockRetention + TimeSpan.FromSeconds(1));
        }

        await StepAsync(StepKind.Sweep);
        await CheckAsync(traces: 20);
        foreach (var (tenant, retention) in _options.Retention)
        {
            var left = QueryClient.SpansOfSearch(await Server.Queries.SearchAllAsync(tenant, s_searches[0]));
            if (retention > TimeSpan.Zero && left.Count > 0) throw new FindingException($"{left.Count} traces of {tenant.Value} are still found although all are past their retention");
        }
    }
}
