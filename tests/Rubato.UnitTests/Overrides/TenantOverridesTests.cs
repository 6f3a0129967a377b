using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rubato.Configuration;
using Rubato.Model.Tenants;
using Rubato.Overrides;
using Rubato.UnitTests.Configuration;
using Xunit;

namespace Rubato.UnitTests.Overrides;

public sealed class TenantOverridesTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void An_entry_changes_only_what_it_names()
    {
        var sut = CreateSut("""
            overrides:
              tenant-a:
                ingestion: {rate_limit_bytes: 1000}
              "*":
                global: {max_bytes_per_trace: 2000}
                ingestion: {rate_limit_bytes: 500}
            """, "overrides: {defaults: {ingestion: {max_traces_per_user: 77}}}");

        Assert.Empty(sut.Load());

        var a = sut.For(TenantId.Parse("tenant-a"));
        Assert.Equal((1000, 2000, 77), (a.RateLimitBytes, a.MaxBytesPerTrace, a.MaxTracesPerUser));
        var other = sut.For(TenantId.Parse("b"));
        Assert.Equal((500, 2000, 77), (other.RateLimitBytes, other.MaxBytesPerTrace, other.MaxTracesPerUser));
    }

    [Fact]
    public void Without_merging_an_entry_replaces_everything()
    {
        var sut = CreateSut("overrides: {a: {ingestion: {rate_limit_bytes: 1000}}}", "overrides: {merge_unset: false}");

        Assert.Empty(sut.Load());

        var a = sut.For(TenantId.Parse("a"));
        Assert.Equal((1000, 0, 0), (a.RateLimitBytes, a.BurstSizeBytes, a.MaxTracesPerUser));
        Assert.Equal(TenantLimits.Default, sut.For(TenantId.Parse("b")));
    }

    [Fact]
    public void Flat_entries_are_read()
    {
        var sut = CreateSut("overrides: {a: {ingestion_rate_limit_bytes: 9, max_search_duration: 2d}}");

        Assert.Empty(sut.Load());

        var a = sut.For(TenantId.Parse("a"));
        Assert.Equal((9, TimeSpan.FromDays(2)), (a.RateLimitBytes, a.MaxSearchDuration));
    }

    [Fact]
    public void The_rate_strategy_is_the_process_s()
    {
        var sut = CreateSut("overrides: {a: {ingestion: {rate_strategy: global}}}");
        Assert.Empty(sut.Load());
        Assert.Equal(IngestionRateStrategy.Local, sut.For(TenantId.Parse("a")).RateStrategy);
    }

    [Theory]
    [InlineData("overrides: {a: {ingestion: {rate_limit_byte: 5}}}", "did you mean rate_limit_bytes?")]
    [InlineData("overrides: {a: {ingestion: {rate_limit_bytes: x}}}", "overrides.a.ingestion.rate_limit_bytes")]
    [InlineData("overrides: {a/b: {}}", "unsupported character '/'")]
    [InlineData("overrides: {a: {max_traces_per_user: 1, global: {max_bytes_per_trace: 2}}}", "cannot be mixed")]
    [InlineData("overrides: {a: {metrics_generator: {generate_native_histograms: some}}}", "is not one of classic, native, both")]
    [InlineData("tenants: {}", "tenants belong under overrides")]
    [InlineData("overrides: [a]", "expected a map of tenants")]
    [InlineData("overrides: {a: {}, a: {}}", "duplicate key")]
    public void A_bad_file_is_refused_with_a_reason(string text, string expected)
    {
        var problems = CreateSut(text).Load();
        Assert.Contains(expected, Assert.Single(problems).ToString());
    }

    [Fact]
    public void A_missing_file_is_fatal_at_start()
    {
        var sut = CreateSut("overrides: {}");
        File.Delete(_file);
        Assert.Contains("no such file", Assert.Single(sut.Load()).ToString());
    }

    [Fact]
    public void Reload_takes_a_change_and_keeps_the_last_good_file()
    {
        var tenant = TenantId.Parse("a");
        var sut = CreateSut("overrides: {a: {global: {max_bytes_per_trace: 1}}}");
        Assert.Empty(sut.Load());

        File.WriteAllText(_file, "overrides: {a: {global: {max_bytes_per_trace: 2}}}");
        sut.Reload();
        Assert.Equal(2, sut.For(tenant).MaxBytesPerTrace);
        Assert.True(sut.LastReloadSucceeded);

        File.WriteAllText(_file, "overrides: {a: {global: {max_bytes_per_trace: oops}}}");
        sut.Reload();
        Assert.Equal(2, sut.For(tenant).MaxBytesPerTrace);
        Assert.False(sut.LastReloadSucceeded);

        File.Delete(_file);
        sut.Reload();
        Assert.Equal(2, sut.For(tenant).MaxBytesPerTrace);
        Assert.False(sut.LastReloadSucceeded);

        File.WriteAllText(_file, "overrides: {a: {global: {max_bytes_per_trace: 3}}}");
        sut.Reload();
        Assert.Equal(3, sut.For(tenant).MaxBytesPerTrace);
        Assert.True(sut.LastReloadSucceeded);
    }

    [Fact]
    public void Reload_leaves_an_unchanged_file_alone()
    {
        var sut = CreateSut("overrides: {a: {}}");
        Assert.Empty(sut.Load());
        var before = sut.Snapshot;

        sut.Reload();

        Assert.Same(before, sut.Snapshot);
    }

    [Fact]
    public async Task RunAsync_looks_every_period_and_stops_when_told()
    {
        var sut = CreateSut("overrides: {a: {global: {max_bytes_per_trace: 1}}}");
        Assert.Empty(sut.Load());
        using var stop = new CancellationTokenSource();
        var running = sut.RunAsync(stop.Token);
        await File.WriteAllTextAsync(_file, "overrides: {a: {global: {max_bytes_per_trace: 2}}}", TestContext.Current.CancellationToken);

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(1, sut.For(TenantId.Parse("a")).MaxBytesPerTrace);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(SpinWait.SpinUntil(() => sut.For(TenantId.Parse("a")).MaxBytesPerTrace == 2, TimeSpan.FromSeconds(10)));

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task RunAsync_without_a_file_has_nothing_to_do()
    {
        var sut = new TenantOverrides(Configs.Load(""), _time, NullLogger<TenantOverrides>.Instance);
        await sut.RunAsync(CancellationToken.None);
        Assert.Equal(TenantLimits.Default, sut.For(TenantId.Single));
    }

    [Fact]
    public void Every_limit_has_a_key()
    {
        var properties = typeof(TenantLimits).GetProperties().Where(p => p.CanWrite && p.GetMethod!.IsStatic == false).Select(p => p.Name);
        // metrics_generator, forwarders and the two of cost_attribution: TenantGeneratorKeysTests. Of the first, what the generator heeds has keys here.
        var ofGenerator = TenantLimitKeys.All.Count(k => k.Get(TenantLimits.Default with { MetricsGenerator = Changed }) is { } value && !value.Equals(k.Get(TenantLimits.Default)));
        Assert.Equal(5, ofGenerator);
        Assert.Equal(properties.Count() - 4, TenantLimitKeys.All.Count - ofGenerator);
    }

    private static MetricsGeneratorLimits Changed => new()
    {
        CollectionInterval = TimeSpan.FromSeconds(20), DisableCollection = true, GenerateNativeHistograms = "both", TraceIdLabelName = "trace", IngestionTimeRangeSlack = TimeSpan.FromMinutes(1),
    };

    [Fact]
    public void Print_shows_defaults_and_entries()
    {
        var sut = CreateSut("overrides: {b: {}, a: {read: {max_search_duration: 1h}}}", "overrides: {defaults: {ingestion: {max_traces_per_user: 5}}}");
        Assert.Empty(sut.Load());

        Assert.Equal(
            "---\ndefaults:\n  ingestion:\n    max_traces_per_user: 5\noverrides:\n  a:\n    read:\n      max_search_duration: 1h0m0s\n  b: {}\n",
            sut.Print("diff"));
        Assert.Contains("    rate_strategy: local\n", sut.Print(""));
        Assert.Null(sut.Print("other"));
    }

    private TenantOverrides CreateSut(string file, string config = "")
    {
        File.WriteAllText(_file, file);
        var result = Configs.Load(new ConfigSource
        {
            Path = "tempo.yaml",
            Text = config,
            Settings = [new ConfigSetting("-x", "overrides.per_tenant_override_config", _file)],
        });
        Assert.Empty(result.Errors);
        return new TenantOverrides(result, _time, NullLogger<TenantOverrides>.Instance);
    }
}
