using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Rubato.Telemetry.Logging;
using Xunit;

namespace Rubato.UnitTests.Telemetry;

public sealed class RubatoLoggerTests : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly LogLevelSwitch _level = new(LogLevel.Information);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 6, TimeSpan.Zero));

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Logfmt_has_Tempo_s_keys_and_the_event_s_own()
    {
        CreateSut().LogInformation("flushing block {BlockId} of {Spans} spans", "b-1", 5);
        Assert.Equal("ts=2026-01-02T03:04:05.0060000Z level=info caller=Ingester msg=\"flushing block b-1 of 5 spans\" block_id=b-1 spans=5\n", Text());
    }

    [Fact]
    public void Json_has_the_same_keys()
    {
        CreateSut(asJson: true).LogWarning("took {Elapsed}, ok {Ok}, {Ratio}", TimeSpan.FromMilliseconds(1500), true, 0.5);
        Assert.Equal(
            "{\"ts\":\"2026-01-02T03:04:05.0060000Z\",\"level\":\"warn\",\"caller\":\"Ingester\",\"msg\":\"took 00:00:01.5000000, ok True, 0.5\","
            + "\"elapsed\":\"1.5s\",\"ok\":true,\"ratio\":0.5}\n",
            Text());
    }

    [Fact]
    public void An_exception_is_named_and_stays_on_one_line()
    {
        CreateSut().LogError(new InvalidOperationException("first\nsecond"), "failed");
        Assert.Equal("ts=2026-01-02T03:04:05.0060000Z level=error caller=Ingester msg=failed err=\"InvalidOperationException: first\\nsecond\" stack=\"\"\n", Text());
    }

    [Theory]
    [InlineData("plain", "v=plain")]
    [InlineData("", "v=\"\"")]
    [InlineData("a b", "v=\"a b\"")]
    [InlineData("a=b", "v=\"a=b\"")]
    [InlineData("say \"hi\"", "v=\"say \\\"hi\\\"\"")]
    [InlineData("c:\\x", "v=\"c:\\\\x\"")]
    [InlineData("a\u0001b\tc", "v=\"a\\u0001b\\tc\"")]
    [InlineData("\u00e9\u4e16", "v=\u00e9\u4e16")]
    public void Logfmt_values_are_quoted_where_needed(string value, string expected)
    {
        CreateSut().LogInformation("{V}", value);
        Assert.EndsWith($" {expected}\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_stays_one_line_of_valid_json() => Gen.String.Sample(
        text =>
        {
            using var output = new MemoryStream();
            using var provider = new RubatoLoggerProvider(output, asJson: true, _level, _time);
            provider.CreateLogger("x").LogInformation("{V}", text);
            var line = Encoding.UTF8.GetString(output.ToArray());
            return line.IndexOf('\n', StringComparison.Ordinal) == line.Length - 1 && JsonDocument.Parse(line).RootElement.TryGetProperty("v", out _);
        },
        threads: 1);

    [Fact]
    public void A_name_of_the_line_s_own_keys_does_not_clash()
    {
        CreateSut().LogInformation("{Level} {Msg}", "a", "b");
        Assert.EndsWith(" level_=a msg_=b\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_very_long_value_is_cut()
    {
        CreateSut().LogInformation("x {V}", new string('a', 1_000_000));
        Assert.InRange(Text().Length, 8_000, 20_000);
    }

    [Fact]
    public void The_level_can_be_changed_while_running()
    {
        var sut = CreateSut();
        Assert.False(sut.IsEnabled(LogLevel.Debug));
        _level.Level = LogLevel.Debug;
        Assert.True(sut.IsEnabled(LogLevel.Debug));
        _level.Level = LogLevel.Error;
        Assert.False(sut.IsEnabled(LogLevel.Warning));
    }

    [Fact]
    public void A_framework_s_information_is_for_debugging_only()
    {
        using var provider = new RubatoLoggerProvider(_output, asJson: false, _level, _time);
        var sut = provider.CreateLogger("Microsoft.AspNetCore.Hosting.Diagnostics");
        Assert.False(sut.IsEnabled(LogLevel.Information));
        Assert.True(sut.IsEnabled(LogLevel.Warning));
        _level.Level = LogLevel.Debug;
        Assert.True(sut.IsEnabled(LogLevel.Information));
    }

    private ILogger CreateSut(bool asJson = false) => new RubatoLoggerProvider(_output, asJson, _level, _time).CreateLogger("Rubato.Ingest.Ingester.Ingester");

    private string Text() => Encoding.UTF8.GetString(_output.ToArray());
}
