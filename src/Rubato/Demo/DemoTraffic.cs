namespace Rubato.Demo;

/// <summary>
/// The order-processing system behind <c>--demo</c> (spec/guide.md S71 to S81): api-gateway calls auth-service, user-service (database, cache)
/// and payment-service (gateway, database), one order after the other, and every span goes through the real OpenTelemetry SDK.
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
            var random = new Random(options.Seed);
            DemoService Service(string name)
            {
                services.Add(new DemoService(name, options, random, time));
                return services[^1];
            }

            var gateway = new ApiGateway(
                Service("api-gateway"),
                new AuthService(Service("auth-service")),
                new UserService(Service("user-service")),
                new PaymentService(Service("payment-service")));
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
            (string traceId, _) = await gateway.CreateOrderAsync(new OrderRequest(1_000 + (i % 1_000), 2_000 + (i % 1_000), 99.99), cancel);
            if (i == 0)
            {
                await Task.WhenAll(services.Select(service => Task.Run(service.Flush, cancel)));
                _firstTraceId.TrySetResult(traceId);
            }

            TimeSpan rest = options.Interval - time.GetElapsedTime(began);
            await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, cancel);
        }
    }
}
