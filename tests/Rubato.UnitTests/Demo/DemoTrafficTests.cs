using Rubato.Demo;
using Rubato.UnitTests.Commands.Load;
using Xunit;

namespace Rubato.UnitTests.Demo;

public sealed class DemoTrafficTests
{
    [Fact]
    public async Task Run_FirstOrder_ArrivesAsOneTraceOfFourServices()
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc: true);
        var traffic = new DemoTraffic(new DemoOptions { Endpoint = receiver.Address, MaxOrders = 1, Interval = TimeSpan.Zero }, TimeProvider.System);

        await traffic.RunAsync(TestContext.Current.CancellationToken);

        string traceId = await traffic.FirstTraceId;
        List<DecodedSpan> spans = [.. receiver.Bodies.SelectMany(body => DecodedSpan.Request(body))];
        Assert.All(spans, span => Assert.Equal(traceId, span.TraceId));
        Assert.Equal(
            [
                "api-gateway: API.CreateOrder", "auth-service: Auth.ValidateToken", "payment-service: Payment.DB.Update",
                "payment-service: Payment.Gateway.Call", "payment-service: Payment.Process", "user-service: User.Cache.Get",
                "user-service: User.DB.Query", "user-service: User.Validate",
            ],
            spans.Select(span => $"{span.Service}: {span.Name}").Order(StringComparer.Ordinal));
        Dictionary<string, string> names = spans.ToDictionary(span => span.SpanId, span => span.Name);
        Assert.Equal(
            ["", "API.CreateOrder", "API.CreateOrder", "API.CreateOrder", "Payment.Process", "Payment.Process", "User.Validate", "User.Validate"],
            spans.Select(span => span.ParentSpanId.Length == 0 ? "" : names[span.ParentSpanId]).Order(StringComparer.Ordinal));
        DecodedSpan root = spans.Single(span => span.ParentSpanId.Length == 0);
        Assert.Equal((1000L, 2000L, 99.99), (root.Attributes["order.user_id"], root.Attributes["order.product_id"], root.Attributes["order.amount"]));
        Assert.Equal("production", root.Resource["deployment.environment"]);
        Assert.Equal("Order created successfully", Assert.Single(root.Events).Name);
    }

    [Fact]
    public async Task Run_CancelledBeforeTheFirstOrder_EndsAndCancelsTheTraceId()
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc: true);
        var traffic = new DemoTraffic(new DemoOptions { Endpoint = receiver.Address }, TimeProvider.System);

        await traffic.RunAsync(new CancellationToken(canceled: true));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => traffic.FirstTraceId);
    }
}
