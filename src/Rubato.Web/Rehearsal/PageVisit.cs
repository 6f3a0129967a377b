using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Rubato.Web.Rehearsal;

/// <summary>
/// Opens pages as a browser does, without one: takes the page, connects by long polling, starts its circuit, acknowledges what is drawn and answers calls of scripts
/// with nothing. What the server runs for that is what it runs for a person, so that the person does not wait for its compiler.
/// </summary>
public sealed partial class PageVisit
{
    /// <summary>A page that has sent nothing for so long has everything that it will get.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly string _connection;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastMessage;
    private int _drawn;
    private int _objects;

    private PageVisit(HttpClient http, TimeProvider time, string connection) => (_http, _time, _connection) = (http, time, connection);

    /// <param name="http">Its base address is the UI's root.</param>
    /// <param name="addresses">Relative to it; one after the other in the same window.</param>
    /// <param name="time">What is waited by.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>How often each page was drawn; a page that works is drawn several times.</returns>
    /// <exception cref="HttpRequestException">The server did not answer as a server with these pages does.</exception>
    /// <exception cref="InvalidDataException">Its answer is not understood.</exception>
    public static async Task<IReadOnlyList<int>> RunAsync(HttpClient http, IReadOnlyList<string> addresses, TimeProvider time, CancellationToken cancellationToken)
    {
        var page = await http.GetStringAsync(addresses[0], cancellationToken);
        using var negotiation = await http.PostAsync("_blazor/negotiate?negotiateVersion=1", null, cancellationToken);
        negotiation.EnsureSuccessStatusCode();
        var token = JsonNode.Parse(await negotiation.Content.ReadAsStringAsync(cancellationToken))?["connectionToken"]?.GetValue<string>()
            ?? throw new InvalidDataException("the answer to a negotiation names no connection");
        var visit = new PageVisit(http, time, "_blazor?id=" + Uri.EscapeDataString(token));
        // The first poll opens the connection and brings nothing.
        await visit.PollAsync(cancellationToken);
        await visit.SendAsync("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"u8.ToArray(), cancellationToken);
        var greeting = await visit.PollAsync(cancellationToken);
        if (greeting is not [(byte)'{', (byte)'}', 0x1e, ..]) throw new InvalidDataException("the server does not speak blazorpack");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = visit.ReadAsync(end.Token);
        try
        {
            var drawn = new List<int>();
            await visit.StartAsync(page, new Uri(http.BaseAddress!, addresses[0]), reading, cancellationToken);
            drawn.Add(await visit.WaitAsync(reading, cancellationToken));
            foreach (var next in addresses.Skip(1))
            {
                await visit.SendAsync(BlazorMessage.Call(null, "OnLocationChanged", new Uri(http.BaseAddress!, next).ToString(), null, false), cancellationToken);
                drawn.Add(await visit.WaitAsync(reading, cancellationToken));
            }

            using var left = await http.DeleteAsync(visit._connection, cancellationToken);
            return drawn;
        }
        finally
        {
            await end.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task StartAsync(string page, Uri address, Task reading, CancellationToken cancellationToken)
    {
        var state = StateComment().Match(page).Groups[1].Value;
        await SendAsync(BlazorMessage.Call("0", "StartCircuit", _http.BaseAddress!.ToString(), address.ToString(), "[]", state), cancellationToken);
        if (await Task.WhenAny(_started.Task, reading).WaitAsync(cancellationToken) == reading) await reading;
        var operations = new JsonArray();
        foreach (Match found in ComponentComment().Matches(page))
        {
            var marker = JsonNode.Parse(found.Groups[1].Value)!.AsObject();
            marker["uniqueId"] = operations.Count;
            operations.Add(new JsonObject { ["type"] = "add", ["ssrComponentId"] = operations.Count + 1, ["marker"] = marker });
        }

        if (operations.Count == 0) throw new InvalidDataException("the page has no component");
        await SendAsync(BlazorMessage.Call(null, "UpdateRootComponents", new JsonObject { ["batchId"] = 1, ["operations"] = operations }.ToJsonString(), state), cancellationToken);
    }

    /// <summary>Waits until the page is quiet; how often it was drawn meanwhile.</summary>
    private async Task<int> WaitAsync(Task reading, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _lastMessage, _time.GetTimestamp());
        while (_time.GetElapsedTime(Volatile.Read(ref _lastMessage)) < Quiet)
        {
            if (reading.IsCompleted) await reading;
            await Task.Delay(Step, _time, cancellationToken);
        }

        return Interlocked.Exchange(ref _drawn, 0);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        while (await PollAsync(cancellationToken) is { } bytes)
        {
            foreach (var message in BlazorMessage.Read(bytes))
            {
                Volatile.Write(ref _lastMessage, _time.GetTimestamp());
                await AnswerAsync(message, cancellationToken);
            }
        }
    }

    private async Task AnswerAsync(object?[] message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case [BlazorMessage.Completion, _, "0", ..]:
                _started.TrySetResult();
                break;
            case [BlazorMessage.Close, ..]:
                throw new InvalidDataException("the server ended the connection");
            case [BlazorMessage.Invocation, _, _, "JS.RenderBatch", object?[] and [long batch, ..], ..]:
                Interlocked.Increment(ref _drawn);
                await SendAsync(BlazorMessage.Call(null, "OnRenderCompleted", batch, null), cancellationToken);
                break;
            case [BlazorMessage.Invocation, _, _, "JS.BeginInvokeJS", object?[] and [long id, string function, _, long result, ..], ..] when id != 0:
                await SendAsync(BlazorMessage.Call(null, "EndInvokeJSFromDotNet", id, true, $"[{id},true,{ResultOf(function, result)}]"), cancellationToken);
                break;
            case [BlazorMessage.Invocation, _, _, "JS.Error", object?[] and [string error, ..], ..]:
                throw new InvalidDataException("the page failed: " + error);
        }
    }

    /// <param name="function">Of a script.</param>
    /// <param name="kind">1: an object in the page.</param>
    private string ResultOf(string function, long kind) => function switch
    {
        _ when kind == 1 => $$"""{"__jsObjectId":{{++_objects}}}""",
        "rubato.facts" => """{"zone":"UTC","offsetMinutes":0,"theme":"system","tenant":null}""",
        "rubato.isVisible" => "true",
        _ => "null",
    };

    /// <summary>What the server has for the page, sooner or later; null where it has ended the connection.</summary>
    private async Task<byte[]?> PollAsync(CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(_connection, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NoContent) return null;
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    private async Task SendAsync(byte[] message, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(message);
        using var answer = await _http.PostAsync(_connection, content, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    [GeneratedRegex(@"<!--Blazor:(\{.*?\})-->", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ComponentComment();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(.*?)-->", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StateComment();
}
