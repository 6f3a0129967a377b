using System.Net;
using System.Text.Json;
using Rubato.Configuration.Options;
using Rubato.Ingest.Receivers;
using Rubato.Model.Scanning;
using Rubato.Server;

namespace Rubato.Demo;

/// <summary><c>POST /api/rubato/demo</c>: traces to look at for who has none. Only where the HTTP port is for this machine alone, or a key allows it: it writes.</summary>
/// <param name="server">The section <c>server</c>.</param>
/// <param name="tenants">Whose spans these become.</param>
/// <param name="orders">The simulation.</param>
/// <param name="sink">Null until the server takes spans.</param>
/// <param name="isOn">Whether <c>--demo</c> makes orders already.</param>
internal sealed class DemoApi(ServerOptions server, TenantResolver tenants, DemoOrders orders, Func<ISpanSink?> sink, Func<bool> isOn)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static bool IsAllowed(ServerOptions server) =>
        server.Demo || (new ListenEndpoint(server.HttpListenAddress, 0) is { IsAny: false } endpoint && endpoint.TryGetAddress(out var address) && IPAddress.IsLoopback(address));

    public void Map(IEndpointRouteBuilder routes, string prefix) => routes.MapPost(prefix + "/api/rubato/demo", AnswerAsync);

    private async Task AnswerAsync(HttpContext http)
    {
        if (!IsAllowed(server))
        {
            await PlainText.WriteAsync(http, StatusCodes.Status403Forbidden, $"no demo orders: this server listens on {server.HttpListenAddress}, beyond this machine. server.demo: true allows them");
            return;
        }

        if (OtherSite.Asks(http.Request))
        {
            await PlainText.WriteAsync(http, StatusCodes.Status403Forbidden, "no demo orders for a page of another site");
            return;
        }

        if (!tenants.TryResolve(http.Request.Headers[TenantResolver.Header], out var tenant, out var problem, out var message))
        {
            await PlainText.WriteAsync(http, problem == TenantProblem.Missing ? StatusCodes.Status401Unauthorized : StatusCodes.Status400BadRequest, message);
            return;
        }

        var count = DemoOrders.Usual;
        if (http.Request.Query["orders"].ToString() is { Length: > 0 } text && (!int.TryParse(text, out count) || count is < 1 or > DemoOrders.Most))
        {
            await PlainText.WriteAsync(http, StatusCodes.Status400BadRequest, $"invalid orders \"{text}\": expected 1 to {DemoOrders.Most}");
            return;
        }

        if (sink() is not { } open)
            await PlainText.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, "the server takes no spans yet; try again when /ready says so");
        else if (isOn())
            await PlainText.WriteAsync(http, StatusCodes.Status409Conflict, "the server runs with --demo: orders come all the time");
        else if (await orders.RunAsync(open, tenant, count, http.RequestAborted) is { } outcome)
            await http.Response.WriteAsJsonAsync(outcome, Json, http.RequestAborted);
        else
            await PlainText.WriteAsync(http, StatusCodes.Status409Conflict, "demo orders are on their way already; try again in some seconds");
    }
}
