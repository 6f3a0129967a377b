using Rubato.Configuration;
using Rubato.Configuration.Options;
using Rubato.Model.Tenants;
using Xunit;

namespace Rubato.UnitTests.Configuration;

/// <summary>The files that users of the guide paste; hosts, variables and files that they name do not exist here.</summary>
public sealed class GuideFilesTests
{
    [Theory]
    [InlineData("development.yaml")]
    [InlineData("kubernetes.yaml")]
    [InlineData("metrics-generator.yaml")]
    [InlineData("production.yaml")]
    public void Every_file_loads_without_errors(string name)
    {
        var result = ConfigLoader.Load(Configs.DataFile(name), _ => null);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public void Development_file_starts_a_server()
    {
        var result = ConfigLoader.Load(Configs.DataFile("development.yaml"), _ => null);

        Assert.Empty(result.Refusals);
        Assert.Equal("/var/tempo/traces", result.Config.Storage.Trace.Local.Path);
        Assert.Equal(1_048_576, result.Config.Ingester.MaxBlockBytes);
        Assert.Equal(TimeSpan.FromHours(168), result.Config.Compactor.Compaction.BlockRetention);
        var otlp = Assert.Single(result.Config.Distributor.OtlpReceivers);
        Assert.Equal(new ListenEndpoint("0.0.0.0", 4317), otlp.Grpc!.Endpoint);
        Assert.Equal(new ListenEndpoint("0.0.0.0", 4318), otlp.Http!.Endpoint);
        var jaeger = Assert.Single(result.Config.Distributor.JaegerReceivers);
        Assert.Equal(new ListenEndpoint("0.0.0.0", 14268), jaeger.ThriftHttp!.Endpoint);
        Assert.Equal(new ListenEndpoint("0.0.0.0", 14250), jaeger.Grpc!.Endpoint);
        Assert.Null(jaeger.ThriftCompact);
        Assert.DoesNotContain(result.Warnings, w => w.ToString().Contains("jaeger", StringComparison.Ordinal));
    }

    [Fact]
    public void Production_file_means_what_it_says()
    {
        var result = ConfigLoader.Load(Configs.DataFile("production.yaml"), _ => null);
        var config = result.Config;

        Assert.Equal("json", config.Server.LogFormat);
        var grpc = config.Distributor.OtlpReceivers[0].Grpc!;
        Assert.Equal(10_485_760, grpc.MaxRecvMsgBytes);
        Assert.Equal(1000, grpc.MaxConcurrentStreams);
        Assert.True(config.Distributor.RateLimiting.Enabled);
        Assert.Equal(10_000, config.Distributor.RateLimiting.Rate);
        Assert.Equal(20_000, config.Distributor.RateLimiting.EffectiveBurst);
        Assert.Equal(TimeSpan.FromHours(720), config.Compactor.Compaction.BlockRetention);
        Assert.Equal("snappy", config.Storage.Trace.Wal.Encoding);
        Assert.Equal("/etc/tempo/overrides.yaml", config.Overrides.PerTenantOverrideConfig);

        var limits = config.Overrides.Defaults;
        Assert.Equal(100_000, limits.MaxTracesPerUser);
        Assert.Equal(5_242_880, limits.MaxBytesPerTrace);
        Assert.Equal(TimeSpan.FromHours(168), limits.MaxSearchDuration);
        Assert.Equal(IngestionRateStrategy.Global, limits.RateStrategy);
        Assert.Equal(50_000_000, limits.RateLimitBytes);
        Assert.Equal(100_000_000, limits.BurstSizeBytes);
        Assert.Equal(["service-graphs", "span-metrics"], limits.MetricsGeneratorProcessors);
    }

    [Fact]
    public void Production_file_is_refused_by_the_server_for_its_rings_only()
    {
        var result = ConfigLoader.Load(Configs.DataFile("production.yaml"), _ => null);

        Assert.Equal(
            ["ingester.lifecycler.ring.kvstore.store", "compactor.ring.kvstore.store"],
            result.Refusals.Select(refusal => refusal.Path));
    }

    [Fact]
    public void Kubernetes_file_takes_its_credentials_from_the_environment_without_a_flag()
    {
        var result = ConfigLoader.Load(Configs.DataFile("kubernetes.yaml"), name => name == "AWS_ACCESS_KEY_ID" ? "AKIA1" : name == "AWS_SECRET_ACCESS_KEY" ? "s3cr3t" : null);

        var printed = result.Printer.Effective();
        Assert.Contains("access_key: AKIA1\n", printed);
        Assert.Contains("secret_key: \"********\"\n", printed);
        Assert.DoesNotContain("s3cr3t", printed);
        Assert.Empty(result.Refusals);
        Assert.DoesNotContain(result.Warnings, warning => warning.ToString().Contains("storage.trace.s3", StringComparison.Ordinal));
        Assert.Equal(("tempo-traces", "AKIA1", "us-east-1"), (result.Config.Storage.Trace.S3.Bucket, result.Config.Storage.Trace.S3.AccessKey, result.Config.Storage.Trace.S3.Region));
    }
}
