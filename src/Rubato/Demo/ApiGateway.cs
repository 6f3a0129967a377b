using System.Diagnostics;

namespace Rubato.Demo;

/// <summary>Takes orders and has them checked, validated and paid (S73).</summary>
internal sealed class ApiGateway(DemoService service, AuthService auth, UserService users, PaymentService payments)
{
    /// <summary>The order's trace id, and what went wrong or null.</summary>
    public async Task<(string TraceId, string? Error)> CreateOrderAsync(OrderRequest order, CancellationToken cancel)
    {
        using Activity? span = service.Receive("API.CreateOrder", ActivityKind.Server, headers: null);
        span?.SetTag("order.user_id", order.UserId);
        span?.SetTag("order.product_id", order.ProductId);
        span?.SetTag("order.amount", order.Amount);
        string? error = await StepsAsync(order, span, cancel);
        if (error is null)
        {
            span?.AddEvent(new ActivityEvent("Order created successfully"));
            span?.SetStatus(ActivityStatusCode.Ok, "Order completed");
        }

        return (span?.TraceId.ToHexString() ?? "", error);
    }

    private async Task<string?> StepsAsync(OrderRequest order, Activity? span, CancellationToken cancel)
    {
        Dictionary<string, string> headers = DemoService.Headers(span);
        if (await auth.ValidateTokenAsync(order, headers, cancel) is { } invalid)
        {
            return DemoService.Fail(span, invalid, "Authentication failed");
        }

        if (await users.ValidateAsync(order, headers, cancel) is { } unknown)
        {
            return DemoService.Fail(span, unknown, "User validation failed");
        }

        return await payments.ProcessAsync(order, headers, cancel) is { } unpaid ? DemoService.Fail(span, unpaid, "Payment failed") : null;
    }
}
