using Rubato.Commands;
using Rubato.Configuration;
using Rubato.UnitTests.Configuration;
using Xunit;

namespace Rubato.UnitTests.Commands;

public sealed class RubatoCommandsTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private ConfigResult? _started;
    private bool _isDemo;

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Without_arguments_the_server_starts_with_defaults()
    {
        Assert.Equal(42, await RunAsync());
        Assert.Equal(3200, _started!.Config.Server.HttpListenPort);
        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public async Task Flags_reach_the_server()
    {
        Assert.Equal(42, await RunAsync("-config.file", Configs.DataFile("development.yaml"), "-target=all", "-server.http-listen-port=4000"));
        Assert.Equal(4000, _started!.Config.Server.HttpListenPort);
    }

    [Fact]
    public async Task Demo_starts_the_demo()
    {
        Assert.Equal(42, await RunAsync("--demo"));
        Assert.True(_isDemo);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-help")]
    [InlineData("-h")]
    [InlineData("help")]
    public async Task Help_names_ports_and_first_steps(string flag)
    {
        Assert.Equal(ExitCodes.Success, await RunAsync(flag));
        foreach (var word in new[] { "4317", "4318", "3200", "9095", "rubato --demo", "config check FILE", "-config.file" })
            Assert.Contains(word, _output.ToString());
    }

    [Fact]
    public async Task Version_is_printed()
    {
        Assert.Equal(ExitCodes.Success, await RunAsync("-version"));
        Assert.StartsWith("rubato, version ", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-nonsense")]
    [InlineData("nonsense")]
    [InlineData("config", "check")]
    [InlineData("config", "check", "--nonsense", "x")]
    public async Task A_wrong_command_line_is_exit_2_with_usage_on_stderr(params string[] args)
    {
        Assert.Equal(ExitCodes.Usage, await RunAsync(args));
        Assert.Equal("", _output.ToString());
        var lines = _error.ToString().TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("rubato: ", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_configuration_is_exit_1_and_starts_nothing()
    {
        await File.WriteAllTextAsync(_file, "a: 1\nb: 2\n", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Failure, await RunAsync($"-config.file={_file}"));

        Assert.Null(_started);
        Assert.Contains($"failed parsing config: failed to parse configFile {_file}:", _error.ToString());
        Assert.Contains($"{_file}:1: a: unknown key", _error.ToString());
        Assert.Contains($"{_file}:2: b: unknown key", _error.ToString());
    }

    [Fact]
    public async Task Another_ring_is_refused_by_the_server_but_not_by_the_check()
    {
        var file = Configs.DataFile("production.yaml");

        Assert.Equal(ExitCodes.Failure, await RunAsync("-config.file", file));
        Assert.Null(_started);
        Assert.Contains("ingester.lifecycler.ring.kvstore.store: etcd is not available", _error.ToString());
        Assert.Equal(ExitCodes.Success, await RunAsync("config", "check", file));
    }

    [Theory]
    [InlineData("server: {log_level: info}", ExitCodes.Success)]
    [InlineData("storage: {trace: {wal: {encoding: zstd}}}", ExitCodes.Failure)]
    [InlineData("nonsense: 1", ExitCodes.Failure)]
    public async Task Verify_fails_on_warnings_too_and_starts_nothing(string text, int expected)
    {
        await File.WriteAllTextAsync(_file, text, TestContext.Current.CancellationToken);

        Assert.Equal(expected, await RunAsync("-config.file", _file, "-config.verify=true"));

        Assert.Null(_started);
        Assert.Equal(expected == ExitCodes.Success, _error.ToString().Length == 0);
    }

    [Theory]
    [InlineData("development.yaml", "is accepted but has no effect yet")]
    [InlineData("kubernetes.yaml", "is accepted but has no effect yet")]
    [InlineData("metrics-generator.yaml", "older key; prefer overrides.defaults.metrics_generator.processors")]
    [InlineData("production.yaml", "is accepted but has no effect yet")]
    public async Task Config_check_passes_the_guide_s_files(string name, string warning)
    {
        Assert.Equal(ExitCodes.Success, await RunAsync("config", "check", Configs.DataFile(name)));
        Assert.Contains(": ok, ", _output.ToString());
        Assert.Contains(warning, _error.ToString());
    }

    [Fact]
    public async Task Config_check_looks_into_the_overrides_file_where_it_exists()
    {
        await File.WriteAllTextAsync(_file, "overrides: {a: {nonsense: 1}}", TestContext.Current.CancellationToken);
        var config = _file + ".yaml";
        await File.WriteAllTextAsync(config, $"overrides: {{per_tenant_override_config: {_file}}}", TestContext.Current.CancellationToken);

        var exit = await RunAsync("config", "check", config);
        File.Delete(config);

        Assert.Equal(ExitCodes.Failure, exit);
        Assert.Contains("overrides.a.nonsense: unknown key", _error.ToString());
    }

    [Fact]
    public async Task Health_of_nobody_is_exit_1()
    {
        Assert.Equal(ExitCodes.Failure, await RunAsync("-health", "-health.url=http://127.0.0.1:1/ready"));
        Assert.Contains("does not answer", _error.ToString());
    }

    private Task<int> RunAsync(params string[] args)
    {
        var server = new ServerCommand(Start(isDemo: false), Start(isDemo: true), _output, _error, _ => null);
        return new RubatoCommands(server, _output, _error, _ => null).RunAsync(args, TestContext.Current.CancellationToken);
    }

    private Func<ConfigResult, CancellationToken, Task<int>> Start(bool isDemo) => (config, _) =>
    {
        (_started, _isDemo) = (config, isDemo);
        return Task.FromResult(42);
    };
}
