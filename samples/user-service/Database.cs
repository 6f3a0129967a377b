using System.Diagnostics;
using Rubato.Client;

namespace Samples.UserService;

/// <summary>A database that takes 10 to 49 ms, and times out once in ten.</summary>
internal sealed class Database(Simulation simulation)
{
    public async Task<User> QueryUserAsync(CancellationToken cancel)
    {
        using Activity? span = Simulation.Source.StartActivity("DB.QueryUser", ActivityKind.Client);
        span?.SetTag(DbAttributes.System, "postgresql");
        span?.SetTag(DbAttributes.Operation, "SELECT");
        span?.SetTag(DbAttributes.Table, "users");
        await simulation.WorkAsync(10, 50, cancel);
        if (simulation.Chance(0.10))
        {
            var timeout = new TimeoutException("database connection timeout");
            span.RecordError(timeout);
            throw timeout;
        }

        var user = new User(123, "john_doe", "john@example.com");
        span?.SetTag("user.id", user.Id);
        span?.SetTag("user.username", user.Username);
        return user;
    }
}
