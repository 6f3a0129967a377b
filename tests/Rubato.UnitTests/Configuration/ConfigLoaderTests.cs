using Rubato.Configuration;
using Rubato.Configuration.Options;
using Xunit;

namespace Rubato.UnitTests.Configuration;

public sealed class ConfigLoaderTests
{
    [Fact]
    public void Without_a_file_everything_listens_on_this_machine_only()
    {
        var result = ConfigLoader.Load((string?)null, _ => null);

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        var config = result.Config;
        Assert.Equal(("127.0.0.1", 3200), (config.Server.HttpListenAddress, config.Server.HttpListenPort));
        Assert.Equal(("127.0.0.1", 9095), (config.Server.GrpcListenAddress, config.Server.GrpcListenPort));
        var otlp = Assert.Single(config.Distributor.OtlpReceivers);
        Assert.Equal("127.0.0.1:4317", otlp.Grpc!.Endpoint.ToString());
        Assert.Equal("127.0.0.1:4318", otlp.Http!.Endpoint.ToString());
        Assert.Equal("./rubato-data/wal", config.Storage.Trace.Wal.Path);
        Assert.Equal("./rubato-data/blocks", config.Storage.Trace.Local.Path);
        Assert.Equal(TimeSpan.FromHours(168), config.Compactor.Compaction.BlockRetention);
    }

    [Fact]
    public void The_image_s_default_address_reaches_every_listener_that_names_none()
    {
        var result = Configs.Load("distributor: {receivers: {otlp: {protocols: {grpc: , http: }}}}", ("RUBATO_DEFAULT_ADDRESS", "0.0.0.0"));

        Assert.Empty(result.Warnings);
        Assert.Equal("0.0.0.0", result.Config.Server.HttpListenAddress);
        Assert.Equal("0.0.0.0:4317", result.Config.Distributor.OtlpReceivers[0].Grpc!.Endpoint.ToString());
        Assert.Contains("http_listen_address: 0.0.0.0\n", result.Printer.Effective());
    }

    [Fact]
    public void A_configured_address_wins_over_the_image_s()
    {
        var result = Configs.Load("server: {http_listen_address: 10.0.0.1}", ("RUBATO_DEFAULT_ADDRESS", "0.0.0.0"));
        Assert.Equal("10.0.0.1", result.Config.Server.HttpListenAddress);
    }

    [Fact]
    public void An_empty_address_does_not_open_the_port_to_the_world() =>
        Assert.Equal("127.0.0.1", Configs.Load("server: {http_listen_address: \"\"}").Config.Server.HttpListenAddress);

    [Fact]
    public void Unknown_key_is_an_error_with_line_path_and_suggestion()
    {
        var result = Configs.Load("server:\n  http_listen_port: 1\n  http_listen_prt: 3200\n");

        var error = Assert.Single(result.Errors);
        Assert.Equal("tempo.yaml:3: server.http_listen_prt: unknown key; did you mean http_listen_port?", error.ToString());
    }

    [Fact]
    public void A_key_in_the_wrong_section_is_told_where_it_belongs()
    {
        var error = Assert.Single(Configs.Load("server: {blocklist_poll: 5m}").Errors);
        Assert.EndsWith("unknown key; it belongs under storage.trace", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_key_is_a_warning_when_not_strict()
    {
        var result = Configs.Load(new ConfigSource { Path = "tempo.yaml", Text = "serverr: {a: 1}\nserver: {log_level: warn}", IsStrict = false });

        Assert.Empty(result.Errors);
        Assert.Contains("did you mean server?", Assert.Single(result.Warnings).ToString());
        Assert.Equal("warn", result.Config.Server.LogLevel);
    }

    [Fact]
    public void Duplicate_key_names_both_lines()
    {
        var error = Assert.Single(Configs.Load("server:\n  log_level: info\n  log_level: warn\n").Errors);
        Assert.Equal("tempo.yaml:3: server.log_level: duplicate key; it stands on line 2 already", error.ToString());
    }

    [Fact]
    public void Every_mistake_is_reported_at_once_in_the_order_of_the_file()
    {
        var result = Configs.Load("""
            server:
              http_listen_port: 70000
              log_level: inf
              log_level: info
            distributor:
              recievers: {}
            ingester:
              trace_idle_period: 5 seconds
              max_block_bytes: [1]
            querier: 5
            overrides:
              defaults:
                ingestion: {rate_limit_bytes: -5}
            """);

        Assert.Equal(
            [
                "tempo.yaml:2: server.http_listen_port: 70000 is out of range; expected 0 to 65535",
                "tempo.yaml:3: server.log_level: 'inf' is not one of debug, info, warn, error; did you mean info?",
                "tempo.yaml:4: server.log_level: duplicate key; it stands on line 3 already",
                "tempo.yaml:6: distributor.recievers: unknown key; did you mean receivers?",
                "tempo.yaml:8: ingester.trace_idle_period: '5 seconds' is not a duration; expected a form such as 30s, 1h30m or 7d",
                "tempo.yaml:9: ingester.max_block_bytes: expected a number of bytes, such as 10485760 or 10MiB, found a list",
                "tempo.yaml:10: querier: expected a section with keys, found a single value",
                "tempo.yaml:13: overrides.defaults.ingestion.rate_limit_bytes: -5 is too small; at least 0",
            ],
            result.Errors.Select(error => error.ToString()));
    }

    [Theory]
    [InlineData("server: [unclosed")]
    [InlineData("a: b: c")]
    [InlineData("\tserver: 1")]
    [InlineData("server: *nowhere")]
    [InlineData("? {a: 1}\n: 2")]
    [InlineData("- a\n- b")]
    [InlineData("just a text")]
    [InlineData("server: {}\n---\nserver: {}")]
    public void What_is_not_a_configuration_is_one_clear_error(string text)
    {
        var error = Assert.Single(Configs.Load(text).Errors);
        Assert.True(error.Line > 0, error.ToString());
    }

    [Fact]
    public void A_few_lines_of_aliases_cannot_fill_the_memory()
    {
        var bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
            + string.Concat(Enumerable.Range(1, 12).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        Assert.Contains(Configs.Load(bomb).Errors, error => error.Message.Contains("values after aliases", StringComparison.Ordinal));
    }

    [Fact]
    public void Endless_nesting_is_refused() =>
        Assert.Contains(Configs.Load("a: " + new string('[', 5000)).Errors, error => error.Line == 1);

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("server:\n")]
    [InlineData("server: null\ningester: ~\n")]
    [InlineData("server: {log_level: }\n")]
    public void Nothing_keeps_the_defaults(string text)
    {
        var result = Configs.Load(text);
        Assert.Empty(result.Errors);
        Assert.Equal("---\n{}\n", result.Printer.Diff());
    }

    [Fact]
    public void Anchors_and_merged_maps_are_read()
    {
        var result = Configs.Load("""
            ingester: {max_block_duration: &age 7m}
            storage: {trace: {blocklist_poll: *age}}
            compactor:
              compaction:
                <<: {block_retention: 24h, compaction_cycle: 1m}
                compaction_cycle: 2m
            """);

        Assert.Empty(result.Errors);
        Assert.Equal(TimeSpan.FromMinutes(7), result.Config.Storage.Trace.BlocklistPoll);
        Assert.Equal(TimeSpan.FromHours(24), result.Config.Compactor.Compaction.BlockRetention);
        Assert.Equal(TimeSpan.FromMinutes(2), result.Config.Compactor.Compaction.CompactionCycle);
    }

    [Fact]
    public void An_older_key_loads_and_names_the_preferred_one()
    {
        var result = Configs.Load("storage:\n  trace:\n    wal: {encoding: zstd}\n");

        Assert.Equal("zstd", result.Config.Storage.Trace.Wal.Encoding);
        Assert.Equal("tempo.yaml:3: storage.trace.wal.encoding: older key; prefer storage.trace.wal.v2_encoding", Assert.Single(result.Warnings).ToString());
    }

    [Fact]
    public void The_preferred_key_wins_wherever_it_stands()
    {
        var result = Configs.Load("limits: {max_traces_per_user: 5}\noverrides: {defaults: {ingestion: {max_traces_per_user: 7}}}");

        Assert.Empty(result.Errors);
        Assert.Equal(7, result.Config.Overrides.Defaults.MaxTracesPerUser);
        // The limit itself has no effect yet, which is a warning of its own.
        var warning = Assert.Single(result.Warnings, w => !w.Message.Contains("no effect yet", StringComparison.Ordinal));
        Assert.Contains("ignored, since overrides.defaults.ingestion.max_traces_per_user is set too", warning.Message);
    }

    [Fact]
    public void Flat_and_nested_limits_in_one_file_are_an_error()
    {
        var result = Configs.Load("overrides:\n  max_traces_per_user: 5\n  defaults: {global: {max_bytes_per_trace: 1}}\n");
        Assert.Equal("overrides.max_traces_per_user", Assert.Single(result.Errors).Path);
    }

    [Fact]
    public void Flat_limits_alone_are_read()
    {
        var result = Configs.Load("overrides: {ingestion_rate_limit_bytes: 1MB, block_retention: 2d, metrics_generator_processors: [span-metrics]}");

        Assert.Empty(result.Errors);
        var limits = result.Config.Overrides.Defaults;
        Assert.Equal((1_000_000, TimeSpan.FromDays(2)), (limits.RateLimitBytes, limits.BlockRetention));
        Assert.Equal(["span-metrics"], limits.MetricsGeneratorProcessors);
    }

    [Fact]
    public void Sections_of_Tempo_3_are_mapped_where_they_have_a_counterpart()
    {
        var result = Configs.Load("""
            live_store: {max_trace_idle: 9s, max_block_bytes: 1MiB, partition_ring: {x: 1}}
            backend_worker: {compaction: {block_retention: 12h}}
            backend_scheduler: {provider: {compaction: {compaction: {compacted_block_retention: 2h}, max_jobs_per_tenant: 5}}}
            block_builder: {consume_cycle_duration: 5m}
            """);

        Assert.Empty(result.Errors);
        Assert.Equal(TimeSpan.FromSeconds(9), result.Config.Ingester.TraceIdlePeriod);
        Assert.Equal(1 << 20, result.Config.Ingester.MaxBlockBytes);
        Assert.Equal(TimeSpan.FromHours(12), result.Config.Compactor.Compaction.BlockRetention);
        Assert.Equal(TimeSpan.FromHours(2), result.Config.Compactor.Compaction.CompactedBlockRetention);
        Assert.Contains(result.Warnings, w => w.ToString() == "tempo.yaml:4: block_builder is accepted but has no effect yet");
    }

    [Fact]
    public void Receivers_replace_the_default_set_and_may_carry_names()
    {
        var result = Configs.Load("""
            distributor:
              receivers:
                otlp/second:
                  protocols:
                    http: {endpoint: ":5318", traces_url_path: /spans, cors: {allowed_origins: ["https://*.example"]}}
            """);

        Assert.Empty(result.Errors);
        var receiver = Assert.Single(result.Config.Distributor.OtlpReceivers);
        Assert.Equal("otlp/second", receiver.Name);
        Assert.Null(receiver.Grpc);
        Assert.True(receiver.Http!.Endpoint.IsAny);
        Assert.Equal(5318, receiver.Http.Endpoint.Port);
        Assert.Equal("/spans", receiver.Http.TracesUrlPath);
        Assert.Equal(["https://*.example"], receiver.Http.Cors.AllowedOrigins);
    }

    [Fact]
    public void A_protocol_that_is_only_named_listens_locally_and_says_so()
    {
        var result = Configs.Load("distributor:\n  receivers:\n    otlp:\n      protocols:\n        grpc:\n");

        Assert.Equal(new ListenEndpoint("localhost", 4317), result.Config.Distributor.OtlpReceivers[0].Grpc!.Endpoint);
        Assert.Equal("tempo.yaml:5: distributor.receivers.otlp.protocols.grpc has no endpoint, so it listens on localhost:4317, on this machine only",
            Assert.Single(result.Warnings).ToString());
    }

    [Theory]
    [InlineData("otlp: ", "names no protocol")]
    [InlineData("otlpp: {}", "did you mean otlp?")]
    [InlineData("otlp: {protocols: {grpc: {endpont: 1}}}", "did you mean endpoint?")]
    [InlineData("otlp: {protocols: {grpc: {endpoint: \"http://x:1\"}}}", "without scheme or path")]
    [InlineData("otlp: {protocols: {grpc: {endpoint: localhost}}}", "the port is missing")]
    [InlineData("otlp: {protocols: {grpc: {endpoint: \"localhost:99999\"}}}", "bad port")]
    [InlineData("otlp: {protocols: {grpc: {endpoint: \"::1:4317\"}}}", "in brackets")]
    [InlineData("otlp: {protocols: {grpc: {endpoint: \"a:3200\"}}}", "port 3200 is taken by server.http_listen_port already")]
    public void A_mistake_in_a_receiver_is_named(string receiver, string expected) =>
        Assert.Contains(expected, Assert.Single(Configs.Load($"distributor: {{receivers: {{{receiver}}}}}").Errors).ToString());

    [Fact]
    public void Flags_win_over_the_file()
    {
        var result = Configs.Load(new ConfigSource
        {
            Path = "tempo.yaml",
            Text = "server: {http_listen_port: 1}",
            Settings = [new ConfigSetting("-server.http-listen-port", "server.http_listen_port", "2"), new ConfigSetting("-target", "target", "nothing")],
        });

        Assert.Equal(2, result.Config.Server.HttpListenPort);
        Assert.StartsWith("flag -target: 'nothing' is not one of all,", Assert.Single(result.Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_one_line()
    {
        var result = ConfigLoader.Load("/no/such/file.yaml", _ => null);
        Assert.Equal("/no/such/file.yaml: no such file", Assert.Single(result.Errors).ToString());
    }

    [Fact]
    public void A_number_without_a_unit_is_asked_about()
    {
        var result = Configs.Load("ingester: {max_block_duration: 30}");
        Assert.Contains("for seconds write 30s", Assert.Single(result.Warnings).Message);
    }
}
