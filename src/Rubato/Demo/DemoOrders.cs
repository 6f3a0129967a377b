using System.Collections.Concurrent;
using Rubato.Model.Scanning;
using Rubato.Model.Tenants;
using Rubato.OrderSystem;

namespace Rubato.Demo;

/// <summary>Some orders of the simulation into a tenant, when somebody asks: so many, so long, and one after the other.</summary>
/// <param name="time">The clock.</param>
/// <param name="random">Safe for several threads at a time.</param>
internal sealed class DemoOrders(TimeProvider time, Random random) : IDisposable
{
    public const int Usual = 10;
    public const int Most = 50;
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    // Sources of the simulation have the names of its services: two runs at a time would hear each other.
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <returns>Null while other orders are on their way.</returns>
    public async Task<DemoOutcome?> RunAsync(ISpanSink sink, TenantId tenant, int orders, CancellationToken cancellationToken)
    {
        if (!await _turn.WaitAsync(0, cancellationToken)) return null;
        try
        {
            using var limit = new CancellationTokenSource(Longest, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            using var handler = new SinkHandler(sink, tenant);
            var done = new ConcurrentQueue<OrderResult>();
            var options = new DemoOptions
            {
                Endpoint = new Uri("http://localhost/v1/traces"), Handler = handler, Seed = random.Next(), Interval = TimeSpan.Zero, MaxOrders = orders, Done = done.Enqueue,
            };
            await new DemoTraffic(options, time).RunAsync(either.Token);
            return new DemoOutcome(tenant.Value, done.Count, done.Count(order => order.Error is not null), handler.Accepted, handler.Rejected, handler.Message, [.. done.Select(order => order.TraceId)]);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}

/// <param name="Failed">Orders that ended in an error, as some are meant to.</param>
/// <param name="Spans">Kept.</param>
/// <param name="RefusedSpans">By the tenant's limits.</param>
/// <param name="Message">Why spans were refused; empty when none was.</param>
internal sealed record DemoOutcome(string Tenant, int Orders, int Failed, long Spans, long RefusedSpans, string Message, IReadOnlyList<string> TraceIds);
