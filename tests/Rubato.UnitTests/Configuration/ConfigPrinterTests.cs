using Rubato.Configuration;
using Xunit;

namespace Rubato.UnitTests.Configuration;

public sealed class ConfigPrinterTests
{
    [Fact]
    public void Diff_shows_only_what_was_changed_and_no_secret()
    {
        var result = Configs.Load("""
            server: {log_level: debug, http_listen_port: 3200}
            multitenancy_enabled: yes
            distributor:
              receivers:
                otlp: {protocols: {grpc: {endpoint: 0.0.0.0:4317}}}
            ingester: {max_block_duration: 90s, lifecycler: {ring: {kvstore: {etcd: {endpoints: ["http://u:pw@e1:2379"], password: hunter2}}}}}
            storage:
              trace:
                wal: {sync: 100ms}
                s3: {secret_key: abc, tags: {team: "no"}}
            metrics_generator:
              storage:
                remote_write:
                  - url: https://me:hunter2@prom/api
                    headers: {Authorization: "Bearer xyz"}
                    basic_auth: {username: u, password: hunter2}
            overrides:
              defaults: {ingestion: {rate_limit_bytes: 5MB}}
            """);

        Assert.Empty(result.Errors);
        Assert.Equal(
            """
            ---
            multitenancy_enabled: true
            server:
              log_level: debug
            distributor:
              receivers:
                otlp:
                  protocols:
                    grpc:
                      endpoint: 0.0.0.0:4317
            ingester:
              max_block_duration: 1m30s
              lifecycler:
                ring:
                  kvstore:
                    etcd:
                      endpoints:
                        - http://u:********@e1:2379
                      password: "********"
            storage:
              trace:
                wal:
                  sync: 100ms
                s3:
                  secret_key: "********"
                  tags:
                    team: "no"
            overrides:
              defaults:
                ingestion:
                  rate_limit_bytes: 5000000
            metrics_generator:
              storage:
                remote_write:
                  - url: https://me:********@prom/api
                    headers:
                      Authorization: "********"
                    basic_auth:
                      username: u
                      password: "********"

            """,
            result.Printer.Diff());
    }

    [Theory]
    [InlineData("development.yaml")]
    [InlineData("kubernetes.yaml")]
    [InlineData("metrics-generator.yaml")]
    [InlineData("production.yaml")]
    public void What_is_printed_loads_again_and_means_the_same(string name)
    {
        var printed = ConfigLoader.Load(Configs.DataFile(name), _ => null).Printer.Effective();

        var again = Configs.Load(printed);

        Assert.StartsWith("---\n", printed, StringComparison.Ordinal);
        Assert.Empty(again.Errors);
        Assert.Equal(printed, again.Printer.Effective());
    }

    [Fact]
    public void Defaults_load_as_the_defaults()
    {
        var printed = Configs.Load("server: {log_level: debug}").Printer.Defaults();

        Assert.Contains("log_level: info\n", printed);
        var again = Configs.Load(printed);
        Assert.Empty(again.Errors);
        Assert.Equal("---\n{}\n", again.Printer.Diff());
    }

    [Fact]
    public void ForMode_knows_three_modes()
    {
        var printer = Configs.Load("").Printer;
        Assert.NotNull(printer.ForMode(null));
        Assert.NotNull(printer.ForMode("diff"));
        Assert.NotNull(printer.ForMode("defaults"));
        Assert.Null(printer.ForMode("other"));
    }
}
