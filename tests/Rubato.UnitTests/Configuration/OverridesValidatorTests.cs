using Xunit;

namespace Rubato.UnitTests.Configuration;

public sealed class OverridesValidatorTests
{
    private const string Head = "storage: {trace: {backend: local, local: {path: /a}}}\noverrides: {user_configurable_overrides: ";

    [Theory]
    [InlineData("{enabled: true, client: {backend: s3}}", "client.backend", "s3 is not used")]
    [InlineData("{enabled: true, client: {backend: local, local: {path: /b}}}", "client.local.path", "/b is not used")]
    [InlineData("{enabled: true, client: {local: {path: /b}}}", "client.local.path", "storage.trace.local.path")]
    public void Another_store_for_user_configurable_overrides_is_warned_about(string section, string key, string text)
    {
        var warnings = Configs.Load(Head + section + "}").Warnings;
        Assert.Contains(warnings, warning => warning.ToString().Contains("overrides.user_configurable_overrides." + key, StringComparison.Ordinal)
            && warning.ToString().Contains(text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{enabled: true}")]
    [InlineData("{enabled: true, client: {backend: local, local: {path: /a}}}")]
    [InlineData("{enabled: false, client: {backend: s3}}")]
    public void The_store_of_the_blocks_is_not(string section) =>
        Assert.DoesNotContain(Configs.Load(Head + section + "}").Warnings, warning => warning.ToString().Contains("is not used", StringComparison.Ordinal));

    [Fact]
    public void Only_a_key_of_the_generator_that_does_nothing_is_warned_about()
    {
        var warnings = Configs.Load("overrides: {defaults: {metrics_generator: {remote_write_headers: {X-Key: a}, ring_size: 3}}}").Warnings.Select(warning => warning.ToString()).ToList();
        Assert.Contains(warnings, warning => warning.Contains("metrics_generator.ring_size", StringComparison.Ordinal));
        Assert.DoesNotContain(warnings, warning => warning.Contains("remote_write_headers", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{user_configurable_overrides: {enabled: true, poll_interval: 0s}}", "poll_interval")]
    [InlineData("{per_tenant_override_period: 0s}", "per_tenant_override_period")]
    [InlineData("{defaults: {metrics_generator: {span_name_sanitization: 'on'}}}", "overrides.defaults.metrics_generator.span_name_sanitization")]
    public void What_cannot_be_is_an_error(string section, string key) =>
        Assert.Contains(Configs.Load("overrides: " + section).Errors, error => error.ToString().Contains(key, StringComparison.Ordinal));
}
