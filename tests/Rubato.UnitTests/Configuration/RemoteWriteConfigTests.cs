using Xunit;
using Rubato.Ingest.Generator;

namespace Rubato.UnitTests.Configuration;

/// <summary>What stands in an entry of <c>metrics_generator.storage.remote_write</c>, and what must not.</summary>
public sealed class RemoteWriteConfigTests
{
    [Theory]
    [InlineData("sigv4: {region: eu-1}", "sigv4", "is not supported")]
    [InlineData("azuread: {cloud: AzurePublic}", "azuread", "is not supported")]
    [InlineData("basic_auth: {username: a}, bearer_token: b", "", "keep one")]
    [InlineData("basic_auth: {username: a, password_file: /no/such}", "basic_auth.password_file", "there is no file /no/such")]
    [InlineData("oauth2: {client_id: a}", "oauth2.token_url", "must be a URL")]
    [InlineData("oauth2: {token_url: 'http://x'}", "oauth2.client_id", "must not be empty")]
    [InlineData("tls_config: {ca_file: /no/such}", "tls_config.ca_file", "there is no file /no/such")]
    [InlineData("tls_config: {ca: nonsense}", "tls_config", "certificate or key cannot be used")]
    [InlineData("tls_config: {cert: nonsense}", "tls_config", "certificate or key cannot be used")]
    [InlineData("tls_config: {min_version: SSL3}", "tls_config.min_version", "must be TLS10, TLS11, TLS12 or TLS13")]
    [InlineData("tls_config: {max_version: TLS11}", "tls_config.max_version", "must be TLS12 or TLS13")]
    [InlineData("write_relabel_configs: [{regex: '(', target_label: t}]", "write_relabel_configs[0].regex", "(")]
    [InlineData("write_relabel_configs: [{regex: '(a)\\1', target_label: t}]", "write_relabel_configs[0].regex", "")]
    [InlineData("write_relabel_configs: [{source_labels: [a]}]", "write_relabel_configs[0].target_label", "action replace")]
    [InlineData("write_relabel_configs: [{action: hashmod, target_label: t}]", "write_relabel_configs[0].modulus", "must be more than 0")]
    public void What_cannot_work_is_an_error_that_names_its_key(string keys, string path, string message)
    {
        var error = Assert.Single(Load(keys).Errors);
        Assert.Equal(path.Length == 0 ? "metrics_generator.storage.remote_write[0]" : "metrics_generator.storage.remote_write[0]." + path, error.Path);
        Assert.Contains(message, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_have_the_defaults_of_Prometheus_and_an_empty_replacement_counts()
    {
        var result = Load("write_relabel_configs: [{target_label: t}, {action: labeldrop, regex: x}, {source_labels: [a, b], separator: '', target_label: u, replacement: ''}]");
        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        var rules = result.Config!.Generator.RemoteWrite[0].WriteRelabel;
        Assert.Equal((RelabelAction.Replace, ";", "$1", ""), (rules[0].Action, rules[0].Separator, rules[0].Replacement, string.Join(',', rules[0].SourceLabels)));
        Assert.Equal(RelabelAction.LabelDrop, rules[1].Action);
        Assert.Equal(("", ""), (rules[2].Separator, rules[2].Replacement));
    }

    private static Rubato.Configuration.ConfigResult Load(string keys) =>
        Configs.Load($"metrics_generator: {{storage: {{path: /tmp/generator, remote_write: [{{url: 'http://x', {keys}}}]}}}}");
}
