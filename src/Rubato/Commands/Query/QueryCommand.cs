using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Rubato.Commands.Query;

/// <summary><c>rubato query</c>: asks any Tempo-compatible server.</summary>
internal static class QueryCommand
{
    private const string ExplainPath = "api/rubato/explain";

    public static Command Create() => Create(TimeProvider.System);

    public static Command Create(TimeProvider time)
    {
        var shared = new QuerySharedOptions();
        var command = new Command("query", "Ask a Tempo-compatible server for traces, metrics, tags and values")
        {
            Trace(shared, time), Search(shared, time), Metrics(shared, time), Tags(shared, time), Values(shared, time),
        };
        shared.AddTo(command);
        return command;
    }

    private static Command Trace(QuerySharedOptions shared, TimeProvider time)
    {
        Argument<string> id = new("id") { Description = "The trace id, hex" };
        var range = new QueryRangeOptions();
        var command = new Command("trace", "Show one trace as a waterfall") { id };
        range.AddTo(command, withSince: false);
        command.SetAction((parsed, cancel) => RunAsync(parsed, shared, time, QueryTables.Trace, () =>
        {
            string text = parsed.GetRequiredValue(id).Trim();
            return text.Length is 0 or > 32 || !text.All(char.IsAsciiHexDigit)
                ? throw new QueryFailedException($"'{text}' is not a trace id: must be 1 to 32 hex digits")
                : new TempoRequest($"api/traces/{text}", range.Parameters(parsed, time), NotFound: $"trace {text} not found");
        }, cancel));
        return command;
    }

    private static Command Search(QuerySharedOptions shared, TimeProvider time)
    {
        Argument<string> traceQL = new("traceql") { Description = "A TraceQL query, such as '{ status = error }'" };
        Option<int?> limit = new("--limit") { Description = "At most this many traces" };
        Option<int?> spss = new("--spss") { Description = "At most this many spans of each trace" };
        var range = new QueryRangeOptions();
        Option<bool> explain = ExplainOption();
        var command = new Command("search", "Find traces by TraceQL") { traceQL, limit, spss, explain };
        range.AddTo(command, withSince: true);
        command.SetAction((parsed, cancel) => RunAsync(parsed, shared, time, parsed.GetValue(explain) ? ExplainTables.Show : QueryTables.Search, () =>
        {
            string query = parsed.GetRequiredValue(traceQL);
            List<(string, string)> parameters = [("q", query), .. range.Parameters(parsed, time)];
            AddNumber(parameters, "limit", parsed.GetValue(limit));
            AddNumber(parameters, "spss", parsed.GetValue(spss));
            return new TempoRequest(parsed.GetValue(explain) ? ExplainPath : "api/search", parameters, TraceQL: query);
        }, cancel));
        return command;
    }

    private static Command Metrics(QuerySharedOptions shared, TimeProvider time)
    {
        Argument<string> traceQL = new("traceql") { Description = "A TraceQL metrics query, such as '{ } | rate() by (resource.service.name)'" };
        Option<string?> step = new("--step") { Description = "Width of an interval, such as 30s (default: chosen by the server)" };
        Option<int?> exemplars = new("--exemplars") { Description = "At most this many exemplars" };
        Option<bool> explain = ExplainOption();
        Option<bool> instant = new("--instant") { Description = "One value over the whole range instead of a series" };
        var range = new QueryRangeOptions();
        var command = new Command("metrics", "Compute metrics of spans by TraceQL") { traceQL, step, exemplars, instant, explain };
        range.AddTo(command, withSince: true);
        command.SetAction((parsed, cancel) => RunAsync(parsed, shared, time, parsed.GetValue(explain) ? ExplainTables.Show : QueryTables.Metrics, () =>
        {
            string query = parsed.GetRequiredValue(traceQL);
            List<(string, string)> parameters = [("q", query), .. range.Parameters(parsed, time)];
            AddText(parameters, "step", parsed.GetValue(step));
            AddNumber(parameters, "exemplars", parsed.GetValue(exemplars));
            if (parsed.GetValue(explain))
            {
                if (parsed.GetValue(instant)) AddText(parameters, "instant", "true");
                return new TempoRequest(ExplainPath, parameters, TraceQL: query);
            }

            return new TempoRequest(parsed.GetValue(instant) ? "api/metrics/query" : "api/metrics/query_range", parameters, TraceQL: query);
        }, cancel));
        return command;
    }

    private static Command Tags(QuerySharedOptions shared, TimeProvider time)
    {
        Option<string?> scope = new("--scope") { Description = "span, resource, event, link, instrumentation or intrinsic (default: all)" };
        Option<string?> filter = FilterOption();
        var range = new QueryRangeOptions();
        var command = new Command("tags", "List the names of attributes") { scope, filter };
        range.AddTo(command, withSince: true);
        command.SetAction((parsed, cancel) => RunAsync(parsed, shared, time, QueryTables.Tags, () =>
        {
            List<(string, string)> parameters = range.Parameters(parsed, time);
            AddText(parameters, "scope", parsed.GetValue(scope));
            AddText(parameters, "q", parsed.GetValue(filter));
            return new TempoRequest("api/v2/search/tags", parameters, TraceQL: parsed.GetValue(filter));
        }, cancel));
        return command;
    }

    private static Command Values(QuerySharedOptions shared, TimeProvider time)
    {
        Argument<string> name = new("name") { Description = "An attribute or intrinsic, such as resource.service.name, .http.method, status" };
        Option<string?> filter = FilterOption();
        var range = new QueryRangeOptions();
        var command = new Command("values", "List the values of an attribute") { name, filter };
        range.AddTo(command, withSince: true);
        command.SetAction((parsed, cancel) => RunAsync(parsed, shared, time, QueryTables.Values, () =>
        {
            List<(string, string)> parameters = range.Parameters(parsed, time);
            AddText(parameters, "q", parsed.GetValue(filter));
            string tag = parsed.GetRequiredValue(name);
            return new TempoRequest($"api/v2/search/tag/{Uri.EscapeDataString(tag)}/values", parameters, TraceQL: tag);
        }, cancel));
        return command;
    }

    private static Option<bool> ExplainOption() => new("--explain") { Description = "Show how the query ran instead of what it found: steps, columns read, parts left out and why (Rubato only)" };

    private static Option<string?> FilterOption() => new("--q") { Description = "Only of spans that match this TraceQL filter" };

    private static async Task<int> RunAsync(
        ParseResult parsed, QuerySharedOptions shared, TimeProvider time, Action<IAnsiConsole, JsonElement> show, Func<TempoRequest> request, CancellationToken cancel)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        try
        {
            QueryOptions options = shared.Read(parsed);
            TempoRequest question = request();
            using var client = new TempoClient(options);
            if (options.Repeat > 0)
            {
                return await QueryRepeat.RunAsync(client, question, options, output, time, cancel);
            }

            using JsonDocument answer = await client.AskAsync(question, cancel);
            if (options.Json)
            {
                // As the server sent it: scripts then read the API that they know.
                await output.WriteLineAsync(answer.RootElement.GetRawText());
            }
            else
            {
                show(QueryConsole.Create(output), answer.RootElement);
            }

            return ExitCodes.Success;
        }
        catch (Exception failure) when (failure is QueryFailedException or ConnectionFailedException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"rubato query: {failure.Message}");
            return ExitCodes.Failure;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCodes.Failure;
        }
    }

    private static void AddNumber(List<(string, string)> parameters, string name, int? value) =>
        AddText(parameters, name, value?.ToString(CultureInfo.InvariantCulture));

    private static void AddText(List<(string, string)> parameters, string name, string? value)
    {
        if (value is not null)
        {
            parameters.Add((name, value));
        }
    }
}
