using Rubato.OrderSystem;

namespace Rubato.Demo;

/// <summary>
/// The traffic behind <c>--demo</c>: orders of <see cref="Rubato.OrderSystem"/>, one after the other, with its four parts as four services, each with the real
/// OpenTelemetry SDK behind it.
/// </summary>
internal sealed class DemoTraffic(DemoOptions options, TimeProvider time)
{
    private readonly TaskCompletionSource<string> _firstTraceId = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The first order's trace id (hex), once its spans are sent; cancelled when the traffic ends before that.</summary>
    public Task<string> FirstTraceId => _firstTraceId.Task;

    /// <summary>Orders until cancelled or until <see cref="DemoOptions.MaxOrders"/>; the spans of the last orders are sent before it ends.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        List<DemoService> services = [];
        try
        {
            // One random source, used by one order at a time.
            var gateway = new ApiGateway(new OrderWorld(new Random(options.Seed), time), name =>
            {
                services.Add(new DemoService(name, options));
                return services[^1].Part;
            });
            await OrdersAsync(gateway, services, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The end of a demo is no error.
        }
        finally
        {
            _firstTraceId.TrySetCanceled(CancellationToken.None);

            // Disposing sends what is queued and blocks meanwhile: side by side, so that a server that is gone costs one timeout and not four.
            await Task.WhenAll(services.Select(service => Task.Run(service.Dispose, CancellationToken.None)));
        }
    }

    private async Task OrdersAsync(ApiGateway gateway, List<DemoService> services, CancellationToken cancel)
    {
        for (int i = 0; options.MaxOrders is not { } most || i < most; i++)
        {
            long began = time.GetTimestamp();
            OrderResult order = await gateway.CreateOrderAsync(OrderRequest.Number(i), cancel);
            options.Done?.Invoke(order);
            if (i == 0)
            {
                await Task.WhenAll(services.Select(service => Task.Run(service.Flush, cancel)));
                _firstTraceId.TrySetResult(order.TraceId);
            }

            TimeSpan rest = options.Interval - time.GetElapsedTime(began);
            await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, cancel);
        }
    }
}
