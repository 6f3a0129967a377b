using System.Diagnostics;

namespace Rubato.OrderSystem;

/// <summary>Takes orders and has them checked, validated and paid (S73). The way into the simulation.</summary>
public sealed class ApiGateway
{
    private readonly OrderPart _part;
    private readonly AuthService _auth;
    private readonly UserService _users;
    private readonly PaymentService _payments;

    /// <param name="world">Chance, clock and speed.</param>
    /// <param name="part">Makes a part by its name: <c>api-gateway</c>, <c>auth-service</c>, <c>user-service</c>, <c>payment-service</c>.</param>
    public ApiGateway(OrderWorld world, Func<string, OrderPart> part)
    {
        _part = part("api-gateway");
        _auth = new AuthService(part("auth-service"), world);
        _users = new UserService(part("user-service"), world);
        _payments = new PaymentService(part("payment-service"), world);
    }

    /// <summary>One order from end to end.</summary>
    public async Task<OrderResult> CreateOrderAsync(OrderRequest order, CancellationToken cancel)
    {
        using Activity? span = _part.Receive("API.CreateOrder", ActivityKind.Server, caller: null);
        span?.SetTag("order.user_id", order.UserId);
        span?.SetTag("order.product_id", order.ProductId);
        span?.SetTag("order.amount", order.Amount);
        string? error = await StepsAsync(order, span, cancel);
        if (error is null)
        {
            span?.AddEvent(new ActivityEvent("Order created successfully"));
            span?.SetStatus(ActivityStatusCode.Ok, "Order completed");
        }

        return new OrderResult(span?.TraceId.ToHexString() ?? "", error);
    }

    private async Task<string?> StepsAsync(OrderRequest order, Activity? span, CancellationToken cancel)
    {
        if (await _auth.ValidateTokenAsync(order, span, cancel) is { } invalid)
        {
            return OrderPart.Fail(span, invalid, "Authentication failed");
        }

        if (await _users.ValidateAsync(order, span, cancel) is { } unknown)
        {
            return OrderPart.Fail(span, unknown, "User validation failed");
        }

        return await _payments.ProcessAsync(order, span, cancel) is { } unpaid ? OrderPart.Fail(span, unpaid, "Payment failed") : null;
    }
}
