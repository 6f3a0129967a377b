using System.Diagnostics;

namespace Rubato.OrderSystem;

/// <summary>Checks the customer's token (S74).</summary>
internal sealed class AuthService(OrderPart part, OrderWorld world)
{
    public async Task<string?> ValidateTokenAsync(OrderRequest order, Activity? caller, CancellationToken cancel)
    {
        using Activity? span = part.Receive("Auth.ValidateToken", ActivityKind.Internal, caller);
        span?.SetTag("auth.user_id", order.UserId);
        await world.WorkAsync(20, 50, cancel);
        if (world.Chance(0.05))
        {
            return OrderPart.Fail(span, "invalid token");
        }

        span?.SetTag("auth.valid", true);
        return null;
    }
}
