using System.Globalization;
using System.Reflection;
using Rubato.Configuration;

namespace Rubato.Commands;

/// <summary>The server, and the questions about it that its flags ask: version, health, verify.</summary>
/// <param name="runServer">Runs the server until it is told to stop; returns the exit code.</param>
/// <param name="runDemo">The same with the simulation beside it.</param>
internal sealed class ServerCommand(
    Func<ConfigResult, CancellationToken, Task<int>> runServer,
    Func<ConfigResult, CancellationToken, Task<int>> runDemo,
    TextWriter output,
    TextWriter error,
    Func<string, string?> environment)
{
    private static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(5);

    public static string Version { get; } =
        typeof(ServerCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public async Task<int> RunAsync(ServerArguments arguments, CancellationToken cancellation)
    {
        if (arguments.Version)
        {
            await output.WriteLineAsync($"rubato, version {Version}");
            return ExitCodes.Success;
        }

        if (arguments.Health && arguments.HealthUrl.Length > 0)
            return await CheckHealthAsync(arguments.HealthUrl, cancellation);

        var result = ConfigLoader.Load(arguments.Config, environment);
        if (!result.IsValid)
        {
            await WriteErrorsAsync(arguments, result.Errors);
            return ExitCodes.Failure;
        }

        if (arguments.Health)
            return await CheckHealthAsync(ReadyUrl(result.Config), cancellation);
        if (arguments.Verify)
            return await VerifyAsync(result);

        if (result.Refusals.Count > 0)
        {
            foreach (var refusal in result.Refusals)
                await error.WriteLineAsync($"rubato: {refusal}");
            return ExitCodes.Failure;
        }

        foreach (var flag in arguments.Ignored)
            await error.WriteLineAsync($"rubato: flag {flag} is understood but means nothing here");
        return await (arguments.Demo ? runDemo : runServer)(result, cancellation);
    }

    private async Task WriteErrorsAsync(ServerArguments arguments, IReadOnlyList<ConfigProblem> errors)
    {
        // Tempo's words first: people and scripts look for them.
        if (!string.IsNullOrEmpty(arguments.Config.Path))
            await error.WriteLineAsync($"failed parsing config: failed to parse configFile {arguments.Config.Path}:");
        foreach (var problem in errors)
            await error.WriteLineAsync($"rubato: {problem}");
    }

    private async Task<int> VerifyAsync(ConfigResult result)
    {
        foreach (var problem in result.Refusals.Concat(result.Warnings))
            await error.WriteLineAsync($"warning: {problem}");
        return result.Refusals.Count + result.Warnings.Count > 0 ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static string ReadyUrl(RubatoConfig config)
    {
        var address = config.Server.HttpListenAddress;
        var host = address is "" or "0.0.0.0" or "::" ? "127.0.0.1" : address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        return string.Create(CultureInfo.InvariantCulture, $"http://{host}:{config.Server.HttpListenPort}/ready");
    }

    private async Task<int> CheckHealthAsync(string url, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            await error.WriteLineAsync($"rubato: flag -health.url: '{url}' is not an http address");
            return ExitCodes.Usage;
        }

        try
        {
            using var client = new HttpClient { Timeout = HealthTimeout };
            using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (response.IsSuccessStatusCode)
            {
                await output.WriteLineAsync("ready");
                return ExitCodes.Success;
            }

            await error.WriteLineAsync($"rubato: {url} answers {(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await error.WriteLineAsync($"rubato: {url} does not answer: {e.Message}");
        }

        return ExitCodes.Failure;
    }
}
