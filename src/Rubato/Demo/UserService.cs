using System.Diagnostics;
using System.Globalization;

namespace Rubato.Demo;

/// <summary>Looks the customer up in a database and a cache (S75 to S77).</summary>
internal sealed class UserService(DemoService service)
{
    public async Task<string?> ValidateAsync(OrderRequest order, Dictionary<string, string> headers, CancellationToken cancel)
    {
        using Activity? span = service.Receive("User.Validate", ActivityKind.Internal, headers);
        span?.SetTag("user.id", order.UserId);
        if (await QueryDatabaseAsync(cancel) is { } error)
        {
            return DemoService.Fail(span, error, "DB query failed");
        }

        await AskCacheAsync(order, cancel);
        span?.SetTag("user.valid", true);
        return null;
    }

    private async Task<string?> QueryDatabaseAsync(CancellationToken cancel)
    {
        using Activity? span = service.Start("User.DB.Query", ActivityKind.Client);
        span?.SetTag("db.system", "postgresql");
        span?.SetTag("db.operation", "SELECT");
        span?.SetTag("db.statement", "SELECT * FROM users WHERE id = $1");
        await service.WorkAsync(30, 80, cancel);
        return service.Chance(0.03) ? DemoService.Fail(span, "database timeout") : null;
    }

    private async Task AskCacheAsync(OrderRequest order, CancellationToken cancel)
    {
        using Activity? span = service.Start("User.Cache.Get", ActivityKind.Client);
        span?.SetTag("cache.system", "redis");
        span?.SetTag("cache.key", string.Create(CultureInfo.InvariantCulture, $"user:{order.UserId}"));
        await service.WorkAsync(2, 7, cancel);
        span?.SetTag("cache.hit", service.Chance(0.8));
    }
}
