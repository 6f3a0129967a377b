using Microsoft.Extensions.Configuration;
using Rubato.Client;
using Xunit;

namespace Rubato.UnitTests.Client;

public sealed class TracingSettingsTests
{
    [Fact]
    public void Parse_NothingSet_IsTheGuidesDefaults()
    {
        TracingSettings settings = TracingSettings.Parse(new RubatoTracingOptions());

        Assert.Equal(new Uri("http://localhost:4317"), settings.Endpoint);
        Assert.Equal(("my-service", "1.0.0", "development"), (settings.ServiceName, settings.ServiceVersion, settings.Environment));
        Assert.Equal((2048, 512), (settings.MaxQueueSize, settings.MaxExportBatchSize));
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)), (settings.BatchTimeout, settings.ExportTimeout));
    }

    [Fact]
    public void Parse_ZeroValues_AreTheDefaults()
    {
        var zeros = new RubatoTracingOptions
        {
            Endpoint = "", ServiceName = "", ServiceVersion = " ", Environment = null!, MaxQueueSize = 0, MaxExportBatchSize = 0,
            BatchTimeout = TimeSpan.Zero, ExportTimeout = TimeSpan.Zero, ConnectTimeout = TimeSpan.Zero,
        };

        Assert.Equal(TracingSettings.Parse(new RubatoTracingOptions()), TracingSettings.Parse(zeros));
    }

    [Fact]
    public void Parse_SmallQueue_BatchIsNoLarger() => Assert.Equal(10, TracingSettings.Parse(new RubatoTracingOptions { MaxQueueSize = 10 }).MaxExportBatchSize);

    [Fact]
    public void Parse_ManyMistakes_AreReportedAtOnce()
    {
        var wrong = new RubatoTracingOptions
        {
            Endpoint = "ftp://x", SamplingRate = double.NaN, MaxQueueSize = -1, MaxExportBatchSize = 5000, BatchTimeout = TimeSpan.FromSeconds(-1), ExportTimeout = TimeSpan.FromDays(2),
            Tenant = "a\nb",
        };
        wrong.Headers["bad name"] = "x";

        var error = Assert.Throws<RubatoTracingException>(() => RubatoTracing.Start(wrong));

        Assert.All(
            ["Endpoint is 'ftp://x'", "SamplingRate", "MaxQueueSize is -1", "MaxExportBatchSize is 5000", "BatchTimeout", "ExportTimeout", "'bad name'", "line break"],
            part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://localhost:4317", true, "http://localhost:4317/")]
    [InlineData("localhost:4317", true, "http://localhost:4317/")]
    [InlineData("localhost:4317", false, "https://localhost:4317/")]
    [InlineData("tempo.example", true, "http://tempo.example:4317/")]
    [InlineData("https://tempo.example:443", true, "https://tempo.example/")]
    [InlineData("https://tempo.example", true, "https://tempo.example:4317/")]
    [InlineData("[::1]:4317", true, "http://[::1]:4317/")]
    public void Parse_Endpoint_TakesEveryForm(string text, bool insecure, string expected) =>
        Assert.Equal(new Uri(expected), TracingSettings.Parse(new RubatoTracingOptions { Endpoint = text, Insecure = insecure }).Endpoint);

    [Theory]
    [InlineData("http://localhost:4317", false, "Insecure is false")]
    [InlineData("http://user:secret@localhost:4317", true, "more than a scheme")]
    [InlineData("http://localhost:4318/v1/traces", true, "more than a scheme")]
    [InlineData("http://", true, "expected http://host:port")]
    public void Parse_WrongEndpoint_SaysWhatIsWrongAndNoSecret(string text, bool insecure, string expected)
    {
        TracingSettings.Parse(new RubatoTracingOptions { Endpoint = text, Insecure = insecure }, out List<string> errors);

        string error = Assert.Single(errors);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_EveryKey_IsRead()
    {
        RubatoTracingOptions options = new RubatoTracingOptions().Bind(Section(
            ("Endpoint", "http://a:1"), ("ServiceName", "s"), ("ServiceVersion", "2"), ("Environment", "e"), ("samplingrate", "0.25"), ("MaxQueueSize", "100"), ("MaxExportBatchSize", "50"),
            ("BatchTimeout", "250ms"), ("ExportTimeout", "00:00:07"), ("ConnectTimeout", "1m"), ("Insecure", "true"), ("Retry", "false"), ("VerifyConnection", "true"), ("LogExports", "true"),
            ("Tenant", "t"), ("Sources:0", "x"), ("Sources:1", "y.*"), ("Headers:Authorization", "Bearer z"), ("ResourceAttributes:team.name", "blue")));

        Assert.Equal(("http://a:1", "s", "2", "e", 0.25, 100, 50), (options.Endpoint, options.ServiceName, options.ServiceVersion, options.Environment, options.SamplingRate, options.MaxQueueSize, options.MaxExportBatchSize));
        Assert.Equal((TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(7), TimeSpan.FromMinutes(1)), (options.BatchTimeout, options.ExportTimeout, options.ConnectTimeout));
        Assert.Equal((true, false, true, true, "t"), (options.Insecure, options.Retry, options.VerifyConnection, options.LogExports, options.Tenant));
        Assert.Equal(["x", "y.*"], options.Sources);
        Assert.Equal(("Bearer z", "blue"), (options.Headers["authorization"], options.ResourceAttributes["team.name"]));
    }

    [Fact]
    public void Bind_Mistakes_AreReportedWithTheirKeysWhenTracingStarts()
    {
        RubatoTracingOptions options = new RubatoTracingOptions().Bind(Section(("SamplingRate", "many"), ("BatchTimeout", "5"), ("Insecure", "yes"), ("MaxQueSize", "1"), ("MaxQueueSize", "-3")));

        var error = Assert.Throws<RubatoTracingException>(() => RubatoTracing.Start(options));

        Assert.All(
            ["Rubato:SamplingRate is 'many'", "Rubato:BatchTimeout is '5'", "Rubato:Insecure is 'yes'", "Rubato:MaxQueSize is not an option", "MaxQueueSize is -3"],
            part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("low", 512, 10, 128)]
    [InlineData("medium", 2048, 5, 512)]
    [InlineData("high", 8192, 2, 2048)]
    [InlineData("no such", 2048, 5, 512)]
    [InlineData(null, 2048, 5, 512)]
    public void Optimized_IsTheGuidesPreset(string? name, int queue, int seconds, int batch)
    {
        RubatoTracingOptions options = new RubatoTracingOptions().ApplyBatch(BatchConfig.Optimized(name));

        Assert.Equal((queue, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(30), batch), (options.MaxQueueSize, options.BatchTimeout, options.ExportTimeout, options.MaxExportBatchSize));
    }

    private static IConfigurationSection Section(params (string Key, string Value)[] entries) => new ConfigurationBuilder()
        .AddInMemoryCollection(entries.Select(e => KeyValuePair.Create("Rubato:" + e.Key, (string?)e.Value))).Build().GetSection("Rubato");
}
