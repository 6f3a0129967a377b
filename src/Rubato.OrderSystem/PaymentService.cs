using System.Diagnostics;
using System.Globalization;

namespace Rubato.OrderSystem;

/// <summary>Takes the money through a gateway and notes it in a database (S78 to S80).</summary>
internal sealed class PaymentService(OrderPart part, OrderWorld world)
{
    public async Task<string?> ProcessAsync(OrderRequest order, Activity? caller, CancellationToken cancel)
    {
        using Activity? span = part.Receive("Payment.Process", ActivityKind.Internal, caller);
        span?.SetTag("payment.user_id", order.UserId);
        span?.SetTag("payment.amount", order.Amount);
        if (await CallGatewayAsync(order, cancel) is { } error)
        {
            return OrderPart.Fail(span, error, "Payment gateway failed");
        }

        await UpdateDatabaseAsync(cancel);
        span?.AddEvent(new ActivityEvent("Payment completed"));
        span?.SetStatus(ActivityStatusCode.Ok, "Payment successful");
        return null;
    }

    private async Task<string?> CallGatewayAsync(OrderRequest order, CancellationToken cancel)
    {
        using Activity? span = part.Start("Payment.Gateway.Call", ActivityKind.Client);
        span?.SetTag("payment.gateway", "stripe");
        span?.SetTag("payment.amount", order.Amount);
        await world.WorkAsync(50, 150, cancel);
        if (world.Chance(0.02))
        {
            return OrderPart.Fail(span, "payment gateway timeout");
        }

        span?.SetTag("payment.transaction_id", string.Create(CultureInfo.InvariantCulture, $"txn_{world.UnixSeconds()}"));
        return null;
    }

    private async Task UpdateDatabaseAsync(CancellationToken cancel)
    {
        using Activity? span = part.Start("Payment.DB.Update", ActivityKind.Client);
        span?.SetTag("db.system", "postgresql");
        span?.SetTag("db.operation", "INSERT");
        span?.SetTag("db.table", "payments");
        await world.WorkAsync(20, 50, cancel);
    }
}
