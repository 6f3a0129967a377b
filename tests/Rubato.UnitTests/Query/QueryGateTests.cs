using Rubato.Query.Api;
using Rubato.Query.Frontend;
using Xunit;

namespace Rubato.UnitTests.Query;

public sealed class QueryGateTests
{
    private readonly CancellationToken _cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tenants_take_turns()
    {
        using var gate = new QueryGate(1, 100);
        var order = new List<string>();
        var running = await gate.EnterAsync("greedy", _cancel);
        var waiting = Enumerable.Range(0, 10).Select(i => RunAsync(gate, "greedy", order)).ToList();
        waiting.AddRange(Enumerable.Range(0, 2).Select(i => RunAsync(gate, "modest", order)));
        waiting.Add(RunAsync(gate, "shy", order));

        running.Dispose();
        await Task.WhenAll(waiting);

        Assert.Equal(["greedy", "modest", "shy", "greedy", "modest", "greedy"], order.Take(6));
        Assert.Equal(13, order.Count);
    }

    [Fact]
    public async Task More_than_may_wait_are_429_and_only_of_that_tenant()
    {
        using var gate = new QueryGate(1, 2);
        var running = await gate.EnterAsync("a", _cancel);
        var (one, two) = (gate.EnterAsync("a", _cancel).AsTask(), gate.EnterAsync("a", _cancel).AsTask());
        var refused = await Assert.ThrowsAsync<ApiException>(async () => await gate.EnterAsync("a", _cancel));
        Assert.Equal((429, "job queue full"), (refused.Status, refused.Message));
        var other = gate.EnterAsync("b", _cancel).AsTask();

        running.Dispose();
        (await one).Dispose();
        (await other).Dispose();
        (await two).Dispose();
        (await gate.EnterAsync("a", _cancel)).Dispose();
    }

    [Fact]
    public async Task Who_gives_up_loses_no_slot()
    {
        using var gate = new QueryGate(2, 10);
        var running = new[] { await gate.EnterAsync("a", _cancel), await gate.EnterAsync("a", _cancel) };
        using var giveUp = new CancellationTokenSource();
        var lost = Enumerable.Range(0, 3).Select(_ => gate.EnterAsync("a", giveUp.Token).AsTask()).ToList();
        var kept = gate.EnterAsync("a", _cancel).AsTask();
        await giveUp.CancelAsync();
        foreach (var waiter in lost) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiter);

        foreach (var slot in running) slot.Dispose();
        // Twice is once.
        running[0].Dispose();
        using var first = await kept;
        using var second = await gate.EnterAsync("b", _cancel);
        var third = gate.EnterAsync("b", _cancel).AsTask();
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task The_end_of_the_server_ends_every_wait()
    {
        var gate = new QueryGate(1, 10);
        using var running = await gate.EnterAsync("a", _cancel);
        var waiting = gate.EnterAsync("a", _cancel).AsTask();
        gate.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private async Task RunAsync(QueryGate gate, string tenant, List<string> order)
    {
        using var slot = await gate.EnterAsync(tenant, _cancel);
        // One runs at a time: no lock.
        order.Add(tenant);
    }
}
