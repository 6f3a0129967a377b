using System.Diagnostics;

namespace Rubato.Demo;

/// <summary>Checks the customer's token (S74).</summary>
internal sealed class AuthService(DemoService service)
{
    public async Task<string?> ValidateTokenAsync(OrderRequest order, Dictionary<string, string> headers, CancellationToken cancel)
    {
        using Activity? span = service.Receive("Auth.ValidateToken", ActivityKind.Internal, headers);
        span?.SetTag("auth.user_id", order.UserId);
        await service.WorkAsync(20, 50, cancel);
        if (service.Chance(0.05))
        {
            return DemoService.Fail(span, "invalid token");
        }

        span?.SetTag("auth.valid", true);
        return null;
    }
}
