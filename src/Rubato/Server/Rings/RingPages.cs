using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Rubato.Server.Status;

namespace Rubato.Server.Rings;

/// <summary>
/// Pages of Tempo's rings (spec/http-api.md 2.1), under its 2.x and 3.0 names. One process has every role, so a ring has this process or, where the role does not run, nobody;
/// there are no partitions and there is no memberlist.
/// </summary>
/// <param name="state">Which modules run.</param>
/// <param name="address">Of the gRPC port; empty before it listens.</param>
/// <param name="startedAt">When the process started.</param>
/// <param name="time">The clock.</param>
/// <param name="hasDistributorRing">Whether distributors have one: with the global rate strategy only.</param>
internal sealed class RingPages(ServerState state, Func<string> address, DateTimeOffset startedAt, TimeProvider time, bool hasDistributorRing)
{
    private const string DistributorPath = "/distributor/ring";

    /// <summary>The only field of the form; ids are names of machines.</summary>
    private static readonly FormOptions SmallForm = new() { BufferBodyLengthLimit = 4096, KeyLengthLimit = 256, ValueLengthLimit = 1024, ValueCountLimit = 8 };

    private static readonly (string Path, string Module)[] Rings =
    [
        (DistributorPath, "distributor"), ("/ingester/ring", "ingester"), ("/live-store/ring", "ingester"), ("/compactor/ring", "compactor"),
        ("/backend-worker/ring", "compactor"), ("/metrics-generator/ring", "metrics-generator"),
    ];

    private static readonly string[] PartitionPaths = ["/partition-ring", "/partition/ring"];

    /// <summary>All of them: pages of operators.</summary>
    public static IReadOnlyList<string> Paths { get; } = [.. Rings.Select(r => r.Path), .. PartitionPaths, "/memberlist"];

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (path, module) in Rings.Where(r => hasDistributorRing || r.Path != DistributorPath))
        {
            routes.MapGet(path, http => ShowAsync(http, module));
            routes.MapPost(path, http => ForgetAsync(http, module));
        }

        foreach (var path in PartitionPaths)
        {
            routes.MapGet(path, ShowPartitionsAsync);
            routes.MapPost(path, http => PlainText.WriteAsync(http, StatusCodes.Status409Conflict, "there are no partitions: spans come to this process itself, not through a queue\n"));
        }

        routes.MapGet("/memberlist", ShowMemberlistAsync);
    }

    private Task ShowAsync(HttpContext http, string module)
    {
        var (members, now) = (MembersOf(module), time.GetUtcNow());
        if (StatusPage.WantsJson(http)) return StatusPage.WriteJsonAsync(http, new { Shards = members, Now = now });
        return StatusPage.WriteAsync(http, $"Ring of the {module}", now, page =>
        {
            page.Paragraph(members.Count == 0
                ? $"Nobody: the {module} does not run here."
                : "One process has every role, so this is the whole ring: no other member is looked for, and everything is its own.");
            page.Table(
                ["instance", "state", "address", "registered", "last heartbeat", "owns"],
                members.Select(m => (string[])[m.Id, m.State, m.Address, StatusPage.Text(m.RegisteredTimestamp), StatusPage.Text(m.Timestamp), "100 %"]));
        });
    }

    /// <summary>The form of Tempo's page. Nobody can be forgotten, and the answer says why.</summary>
    private async Task ForgetAsync(HttpContext http, string module)
    {
        string id;
        try
        {
            var form = http.Request.HasFormContentType ? await new FormFeature(http.Request, SmallForm).ReadFormAsync(http.RequestAborted) : FormCollection.Empty;
            id = form["forget"].ToString();
        }
        catch (InvalidDataException e)
        {
            await PlainText.WriteAsync(http, StatusCodes.Status400BadRequest, $"the form cannot be read: {e.Message}\n");
            return;
        }

        var (status, text) = id.Length == 0
            ? (StatusCodes.Status400BadRequest, "the form has no field forget with the id of a member")
            : MembersOf(module).Any(m => m.Id == id)
                ? (StatusCodes.Status409Conflict, $"{id} is this process, the only member of the ring of the {module}: it cannot forget itself; POST /shutdown stops it")
                : (StatusCodes.Status404NotFound, $"the ring of the {module} has no member {id}");
        await PlainText.WriteAsync(http, status, text + "\n");
    }

    private Task ShowPartitionsAsync(HttpContext http)
    {
        var now = time.GetUtcNow();
        return StatusPage.WantsJson(http)
            ? StatusPage.WriteJsonAsync(http, new { Partitions = Array.Empty<object>(), Now = now })
            : StatusPage.WriteAsync(http, "Partition ring", now, page => page.Paragraph("There are no partitions: spans come to this process itself, not through a queue."));
    }

    private Task ShowMemberlistAsync(HttpContext http)
    {
        var now = time.GetUtcNow();
        return StatusPage.WantsJson(http)
            ? StatusPage.WriteJsonAsync(http, new { Members = Array.Empty<object>(), Now = now })
            : StatusPage.WriteAsync(http, "Memberlist", now, page => page.Paragraph("Memberlist is not used: one process has every role and looks for no others."));
    }

    private IReadOnlyList<RingMember> MembersOf(string module)
    {
        if (state.StatusOf(module) is not { } status) return [];
        var word = state.IsStopping ? "LEAVING" : status == "Running" ? "ACTIVE" : "JOINING";
        return [new RingMember(Environment.MachineName, word, address(), time.GetUtcNow(), startedAt)];
    }
}
