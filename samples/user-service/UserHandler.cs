using System.Diagnostics;
using Rubato.Client;

namespace Samples.UserService;

/// <summary><c>GET /user?id=</c>: one span of its own, one for each thing that it asks.</summary>
internal sealed class UserHandler(Database database, Cache cache)
{
    public async Task HandleAsync(HttpContext context)
    {
        string id = context.Request.Query["id"].ToString();
        using Activity? span = Simulation.Source.StartActivity("GetUser");
        span?.SetTag("user.id", id);
        try
        {
            // The guide's order: it asks the cache after the database, to show both.
            User user = await database.QueryUserAsync(context.RequestAborted);
            span?.SetTag("cache.hit", await cache.HasAsync(id, context.RequestAborted));
            await Answers.WriteAsync(context, new Response(200, "success", user));
        }
        catch (TimeoutException e)
        {
            span.RecordError(e);
            await Answers.WriteAsync(context, new Response(500, e.Message, null));
        }
    }
}
