using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Security;

/// <summary><c>rubato query</c> and <c>rubato load</c> against a server with TLS, client certificates and logins.</summary>
public sealed class SecureCommandsTests : IDisposable
{
    private const string Otlp = "distributor.receivers.otlp.protocols.grpc.";
    private readonly TestFolder _folder = new();
    private readonly Certificates _authority = new("good");

    public SecureCommandsTests()
    {
        _authority.Write("server", File("cert.pem"), File("key.pem"));
        _authority.Write("client", File("client.pem"), File("client-key.pem"));
        System.IO.File.WriteAllText(File("ca.pem"), _authority.Authority.ExportCertificatePem());
        System.IO.File.WriteAllText(File("logins.yaml"), Logins.User("ann", "[read, write]") + Logins.Token("agent", "[write]"));
        System.IO.File.WriteAllText(File("ann"), "ann:secret\n");
        System.IO.File.WriteAllText(File("agent"), "agent.secret\n");
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Commands_reach_a_server_with_certificates_and_logins()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With("server.auth.file", File("logins.yaml"))
            .With("server.http_tls_config.cert_file", File("cert.pem")).With("server.http_tls_config.key_file", File("key.pem"))
            .With(Otlp + "tls.cert_file", File("cert.pem")).With(Otlp + "tls.key_file", File("key.pem")).With(Otlp + "tls.client_ca_file", File("ca.pem")));
        string[] load = ["load", "--target", Authority(server.OtlpGrpcAddress), "--spans", "500", "--rate", "0", "--retries", "0"];
        string[] client = ["--ca-file", File("ca.pem"), "--cert-file", File("client.pem"), "--key-file", File("client-key.pem")];
        Assert.Equal(0, (await RunAsync([.. load, .. client, "--login-file", File("agent")])).ExitCode);
        Assert.Contains("Unauthenticated", Text(await RunAsync([.. load, .. client]), 1), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("0 spans", Text(await RunAsync([.. load, "--ca-file", File("ca.pem"), "--login-file", File("agent")]), 1).Replace("acknowledged", "", StringComparison.Ordinal), StringComparison.Ordinal);

        string[] query = ["query", "search", "{ }", "--since", "1h", "--address", Authority(server.Http)];
        var found = await RunAsync([.. query, "--ca-file", File("ca.pem"), "--login-file", File("ann")]);
        Assert.True(found.ExitCode == 0 && found.Output.Contains("frontend", StringComparison.Ordinal), found.Output + found.Error);
        Assert.Contains("certificate", Text(await RunAsync([.. query, "--login-file", File("ann")]), 1), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("a login is needed", Text(await RunAsync([.. query, "--ca-file", File("ca.pem")]), 1), StringComparison.Ordinal);
        var careless = await RunAsync([.. query, "--insecure-skip-verify", "--login-file", File("ann")]);
        Assert.Equal(0, careless.ExitCode);
        Assert.StartsWith("warning: --insecure-skip-verify", careless.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--ca-file", "ann", "no certificate in PEM")]
    [InlineData("--ca-file", "missing.pem", "missing.pem")]
    [InlineData("--login-file", "empty", "first line is empty")]
    [InlineData("--cert-file", "client.pem", "belong together")]
    public async Task Files_that_cannot_be_used_are_named(string option, string file, string reason)
    {
        await System.IO.File.WriteAllTextAsync(File("empty"), "", TestContext.Current.CancellationToken);
        foreach (var command in (string[][])[["query", "tags"], ["load"]])
        {
            var run = await RunAsync([.. command, option, File(file)]);
            Assert.True(run.ExitCode == 1 && run.ErrorLines.Length == 1, run.Error);
            Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Hash_makes_an_entry_that_logs_in()
    {
        var start = RubatoExecutable.Start(["auth", "hash", "--token", "--right", "read", "--tenant", "red", "grafana"], _folder.Path);
        start.RedirectStandardOutput = start.RedirectStandardInput = true;
        using var process = System.Diagnostics.Process.Start(start)!;
        await process.StandardInput.WriteLineAsync("opensesame");
        process.StandardInput.Close();
        var entry = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        await System.IO.File.WriteAllTextAsync(File("made.yaml"), entry, TestContext.Current.CancellationToken);
        await System.IO.File.WriteAllTextAsync(File("grafana"), "grafana.opensesame", TestContext.Current.CancellationToken);
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With("server.auth.file", File("made.yaml")).With("multitenancy_enabled", "true"));
        Assert.Equal(0, (await RunAsync(["query", "tags", "--address", Authority(server.Http), "--login-file", File("grafana")])).ExitCode);
        Assert.Contains("may not use this tenant", Text(await RunAsync(["query", "tags", "--address", Authority(server.Http), "--login-file", File("grafana"), "--org-id", "blue"]), 1), StringComparison.Ordinal);
    }

    private static string Authority(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private static string Text(ProcessRun run, int exitCode)
    {
        Assert.True(run.ExitCode == exitCode, run.Output + run.Error);
        return run.Output + run.Error;
    }

    private string File(string name) => _folder.File(name);

    private Task<ProcessRun> RunAsync(string[] arguments) => ProcessRun.RubatoAsync(_folder.Path, arguments);
}
