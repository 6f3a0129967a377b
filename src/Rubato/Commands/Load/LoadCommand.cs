using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Rubato.Commands.Load;

/// <summary><c>rubato load</c>: a deterministic load generator.</summary>
internal static class LoadCommand
{
    // Spans end up to 3 s after they start: with the first start this long ago, hardly a span ends in the future.
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(4);

    private static IEnumerable<string> ProtocolNames => LoadProtocol.All.Select(protocol => protocol.Name);

    public static Command Create() => Create(TimeProvider.System);

    public static Command Create(TimeProvider time)
    {
        Option<string?> target = new("--target") { Description = "The receiver (default http://127.0.0.1 and the usual port of the protocol)" };
        Option<LoadProtocol> protocol = new("--protocol")
        {
            Description = "How the spans are sent; grpc and http are short for otlp and otlp-http", HelpName = string.Join('|', ProtocolNames),
            CustomParser = ReadProtocol, DefaultValueFactory = _ => LoadProtocol.Otlp,
        };
        Option<bool> split = new("--split-resources") { Description = "Send the spans of each resource (about 17) in a request of their own, as each process' SDK does; Jaeger Thrift always does" };
        Option<int> connections = new("--connections") { Description = "Connections, each with one request in flight (1 to 256)", DefaultValueFactory = _ => 4 };
        Option<double> rate = new("--rate") { Description = "Spans per second over all connections; 0 is full speed", DefaultValueFactory = _ => 20_000 };
        Option<long> spans = new("--spans") { Description = "How many spans to send, rounded up to whole requests of about 500", DefaultValueFactory = _ => 100_000 };
        Option<ulong> seed = new("--seed") { Description = "The same seed gives the same spans", DefaultValueFactory = _ => 1 };
        Option<string?> tenant = new("--tenant") { Description = "Sent as X-Scope-OrgID" };
        Option<LoadCompression> compression = new("--compression") { Description = "none or gzip", HelpName = "none|gzip", DefaultValueFactory = _ => LoadCompression.None };
        Option<DateTimeOffset?> start = new("--start-time") { Description = "Start of the first trace, such as 2026-01-31T12:00:00Z (default: now)" };
        Option<int> retries = new("--retries") { Description = "How often a request is sent again when the server asks for it or does not answer", DefaultValueFactory = _ => 5 };
        Option<FileInfo?> ackFile = new("--ack-file") { Description = "Write a line per acknowledged request: first and last trace number, spans" };
        Option<CommandOutput> output = new("--output") { Description = "table or json", HelpName = "table|json", DefaultValueFactory = _ => CommandOutput.Table };
        connections.Validators.Add(result => CommandChecks.Between(result, connections, 1, 256));
        spans.Validators.Add(result => CommandChecks.Between(result, spans, 1, long.MaxValue / 2));
        retries.Validators.Add(result => CommandChecks.Between(result, retries, 0, 1_000));
        rate.Validators.Add(result => CommandChecks.Between(result, rate, 0, 1e9));
        target.Validators.Add(result => CommandChecks.HttpAddress(result, target));

        Command command = new("load", "Send generated spans to a receiver and report what it took")
        {
            target, protocol, split, connections, rate, spans, seed, tenant, compression, start, retries, ackFile, output,
        };
        var connection = new ConnectionOptions(recursive: false);
        connection.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            ConnectionSettings settings;
            try
            {
                settings = connection.Read(parsed);
            }
            catch (ConnectionFailedException failure)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"rubato load: {failure.Message}");
                return ExitCodes.Failure;
            }

            LoadProtocol chosen = parsed.GetValue(protocol)!;
            DateTimeOffset first = parsed.GetValue(start) ?? time.GetUtcNow() - Lead;
            return await RunAsync(new LoadOptions
            {
                Target = new Uri(parsed.GetValue(target) ?? string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{chosen.Port}")),
                Protocol = chosen,
                SplitResources = parsed.GetValue(split),
                Connections = parsed.GetValue(connections),
                Rate = parsed.GetValue(rate),
                Spans = parsed.GetValue(spans),
                Seed = parsed.GetValue(seed),
                Tenant = parsed.GetValue(tenant),
                Connection = settings,
                Compression = parsed.GetValue(compression),
                StartUnixNano = (first - DateTimeOffset.UnixEpoch).Ticks * 100,
                Retries = parsed.GetValue(retries),
                AckFile = parsed.GetValue(ackFile),
            }, json: parsed.GetValue(output) == CommandOutput.Json, parsed.InvocationConfiguration, time, cancel);
        });
        return command;
    }

    private static LoadProtocol? ReadProtocol(ArgumentResult result)
    {
        string name = result.Tokens[0].Value;
        LoadProtocol? protocol = LoadProtocol.Find(name);
        if (protocol is null)
        {
            result.AddError($"--protocol {name} is not a protocol that can be sent: must be one of {string.Join(", ", ProtocolNames)}");
        }

        return protocol;
    }

    private static async Task<int> RunAsync(
        LoadOptions options, bool json, InvocationConfiguration console, TimeProvider time, CancellationToken cancel)
    {
        LoadResult result;
        try
        {
            result = await LoadReporter.WithProgressAsync(new LoadRunner(options, time), time, cancel);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync($"rubato load: cannot write {options.AckFile}: {failure.Message}");
            return ExitCodes.Failure;
        }

        LoadReporter.Write(result, json, console.Output);
        return result.RefusedSpans > 0 || result.Stopped is not null ? ExitCodes.Failure : ExitCodes.Success;
    }
}
