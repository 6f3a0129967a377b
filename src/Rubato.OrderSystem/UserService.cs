using System.Diagnostics;
using System.Globalization;

namespace Rubato.OrderSystem;

/// <summary>Looks the customer up in a database and a cache (S75 to S77).</summary>
internal sealed class UserService(OrderPart part, OrderWorld world)
{
    public async Task<string?> ValidateAsync(OrderRequest order, Activity? caller, CancellationToken cancel)
    {
        using Activity? span = part.Receive("User.Validate", ActivityKind.Internal, caller);
        span?.SetTag("user.id", order.UserId);
        if (await QueryDatabaseAsync(cancel) is { } error)
        {
            return OrderPart.Fail(span, error, "DB query failed");
        }

        await AskCacheAsync(order, cancel);
        span?.SetTag("user.valid", true);
        return null;
    }

    private async Task<string?> QueryDatabaseAsync(CancellationToken cancel)
    {
        using Activity? span = part.Start("User.DB.Query", ActivityKind.Client);
        span?.SetTag("db.system", "postgresql");
        span?.SetTag("db.operation", "SELECT");
        span?.SetTag("db.statement", "SELECT * FROM users WHERE id = $1");
        await world.WorkAsync(30, 80, cancel);
        return world.Chance(0.03) ? OrderPart.Fail(span, "database timeout") : null;
    }

    private async Task AskCacheAsync(OrderRequest order, CancellationToken cancel)
    {
        using Activity? span = part.Start("User.Cache.Get", ActivityKind.Client);
        span?.SetTag("cache.system", "redis");
        span?.SetTag("cache.key", string.Create(CultureInfo.InvariantCulture, $"user:{order.UserId}"));
        await world.WorkAsync(2, 7, cancel);
        span?.SetTag("cache.hit", world.Chance(0.8));
    }
}
