using System.Net;
using System.Net.Sockets;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Keeping;

/// <summary>A server that cannot start says why in one clear line and ends with exit code 1, or 2 for a bad command line.</summary>
public sealed class StartRefusals
{
    [Theory]
    [InlineData("server.http_listen_port", "")]
    [InlineData("server.grpc_listen_port", "")]
    [InlineData("distributor.receivers.otlp.protocols.grpc.endpoint", "127.0.0.1:")]
    [InlineData("distributor.receivers.otlp.protocols.http.endpoint", "127.0.0.1:")]
    public async Task A_taken_port(string key, string host)
    {
        using var folder = new TestFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var run = await RunAsync(folder, new RubatoSettings().With(key, host + port));
        Assert.Equal(1, run.ExitCode);
        AssertOneClearLine(run, port.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_data_folder_that_is_a_file()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.File("wal"), "not a folder", TestContext.Current.CancellationToken);
        var run = await RunAsync(folder, new RubatoSettings());
        Assert.Equal(1, run.ExitCode);
        AssertOneClearLine(run, folder.File("wal"));
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_made()
    {
        using var folder = new TestFolder();
        var run = await RunAsync(folder, new RubatoSettings(), "/proc/rubato-cannot-be-here");
        Assert.Equal(1, run.ExitCode);
        AssertOneClearLine(run, "/proc/rubato-cannot-be-here");
    }

    [Fact]
    public async Task An_unknown_flag()
    {
        using var folder = new TestFolder();
        var run = await ProcessRun.RubatoAsync(folder.Path, "--no-such-flag");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("-no-such-flag", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_key_with_a_suggestion()
    {
        using var folder = new TestFolder();
        var run = await RunAsync(folder, new RubatoSettings().With("ingester.max_block_byte", "1000"));
        Assert.Equal(1, run.ExitCode);
        var line = 1 + Array.FindIndex(await File.ReadAllLinesAsync(folder.File("rubato.yaml"), TestContext.Current.CancellationToken), l => l.Contains("max_block_byte:", StringComparison.Ordinal));
        Assert.Contains($"rubato: {folder.File("rubato.yaml")}:{line}: ingester.max_block_byte: unknown key; did you mean max_block_bytes?", run.ErrorLines);
    }

    [Fact]
    public async Task A_configuration_that_is_not_there()
    {
        using var folder = new TestFolder();
        var run = await ProcessRun.RubatoAsync(folder.Path, "-config.file=nowhere.yaml");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("nowhere.yaml", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("storage.trace.backend", "cassandra")]
    public async Task A_backend_that_does_not_exist(string key, string value)
    {
        using var folder = new TestFolder();
        var run = await RunAsync(folder, new RubatoSettings().With(key, value));
        Assert.Equal(1, run.ExitCode);
        AssertOneClearLine(run, key);
    }

    /// <summary>Among the log's lines exactly one says what is wrong, without a stack trace, and names the culprit.</summary>
    internal static void AssertOneClearLine(ProcessRun run, string culprit)
    {
        var line = Assert.Single(run.ErrorLines, l => l.StartsWith("rubato: ", StringComparison.Ordinal));
        Assert.Contains(culprit, line, StringComparison.Ordinal);
        Assert.DoesNotContain(run.ErrorLines, l => l.TrimStart().StartsWith("at ", StringComparison.Ordinal) || l.Contains("Unhandled exception", StringComparison.Ordinal));
        Assert.Equal("", run.Output);
    }

    private static async Task<ProcessRun> RunAsync(TestFolder folder, RubatoSettings settings, string? data = null)
    {
        var config = folder.File("rubato.yaml");
        await File.WriteAllTextAsync(config, settings.ToYaml(data ?? folder.Path), TestContext.Current.CancellationToken);
        return await ProcessRun.RubatoAsync(folder.Path, "-config.file=" + config);
    }
}
