using System.Security.Cryptography;
using System.Text.Json;
using Rubato.IntegrationTests.Harness;
using Rubato.Testing.ObjectStores;

namespace Rubato.IntegrationTests.ObjectStores;

/// <summary>A service account's key, as people mount it, becomes a token that the store takes.</summary>
public sealed class GcsCredentialsTests
{
    [Theory]
    [InlineData("a-token", 0, "the store can be used")]
    [InlineData("", 1, "does not accept the credentials: Invalid grant: account not found")]
    public async Task A_service_accounts_key_is_used(string token, int exitCode, string expected)
    {
        await using var fake = new FakeGcsServer("traces", TimeProvider.System) { Token = token };
        await fake.StartAsync();
        using var folder = new TestFolder();
        using var key = RSA.Create(2048);
        var account = JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["type"] = "service_account",
            ["project_id"] = "tests",
            ["private_key_id"] = "1",
            ["private_key"] = key.ExportPkcs8PrivateKeyPem(),
            ["client_email"] = "rubato@tests.example",
            ["client_id"] = "1",
            ["token_uri"] = new Uri(fake.Address, "/token").AbsoluteUri,
        });
        await File.WriteAllTextAsync(folder.File("account.json"), account, TestContext.Current.CancellationToken);
        var settings = new RubatoSettings().With("storage.trace.backend", "gcs").With("storage.trace.gcs.bucket_name", "traces")
            .With("storage.trace.gcs.endpoint", fake.Address.GetLeftPart(UriPartial.Authority));
        await File.WriteAllTextAsync(folder.File("rubato.yaml"), settings.ToYaml(folder.Path), TestContext.Current.CancellationToken);

        var start = RubatoExecutable.Start(["storage", "check", "-config.file=" + folder.File("rubato.yaml")], folder.Path);
        start.Environment["GOOGLE_APPLICATION_CREDENTIALS"] = folder.File("account.json");
        var run = await ProcessRun.RunAsync(start, TimeSpan.FromSeconds(60));

        Assert.True(run.ExitCode == exitCode, run.Output + run.Error);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
        Assert.Contains("GOOGLE_APPLICATION_CREDENTIALS", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", run.Output + run.Error, StringComparison.Ordinal);
    }
}
