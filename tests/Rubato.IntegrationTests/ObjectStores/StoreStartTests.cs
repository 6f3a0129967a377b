using System.Net;
using System.Net.Sockets;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Keeping;

namespace Rubato.IntegrationTests.ObjectStores;

/// <summary>A server, and <c>rubato storage check</c>, that cannot use its store say so in one line that helps, and end.</summary>
public sealed class StoreStartTests(StoreServers servers)
{
    [Theory]
    [InlineData("s3", "s3.secret_key", "a-wrong-secret", "does not accept the credentials", "storage.trace.s3")]
    [InlineData("s3", "s3.access_key", "test:nobody", "does not accept the credentials", "storage.trace.s3")]
    [InlineData("s3", "s3.bucket", "no-such-bucket", "there is no such bucket", "Rubato never creates buckets")]
    [InlineData("azure", "azure.storage_account_key", "d3Jvbmc=", "does not accept the credentials", "storage.trace.azure")]
    [InlineData("azure", "azure.storage_account_key", "not base64", "is not a storage account's key", "storage.trace.azure")]
    [InlineData("azure", "azure.container_name", "no-such-container", "there is no such bucket", "Rubato never creates buckets")]
    [InlineData("gcs", "gcs.bucket_name", "no-such-bucket", "there is no such bucket", "Rubato never creates buckets")]
    public async Task A_wrong_setting_is_explained(string backend, string key, string value, string what, string todo)
    {
        await using var remote = await RemoteStoreUnderTest.CreateAsync(servers, backend);
        var settings = remote.Configure(new RubatoSettings()).With("storage.trace." + key, value);
        await AssertExplainedAsync(settings, value, what, todo);
    }

    [Fact]
    public async Task Nobody_listens()
    {
        var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        var settings = new RubatoSettings().With("storage.trace.backend", "s3").With("storage.trace.s3.bucket", "b").With("storage.trace.s3.insecure", "true")
            .With("storage.trace.s3.access_key", "k").With("storage.trace.s3.secret_key", "s").With("storage.trace.s3.endpoint", $"127.0.0.1:{port}");
        await AssertExplainedAsync(settings, "no secret here", $"http://127.0.0.1:{port}", "no connection");
    }

    [Fact]
    public async Task Check_passes_on_a_store_that_works()
    {
        await using var remote = await RemoteStoreUnderTest.CreateAsync(servers, "azure");
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.File("rubato.yaml"), remote.Configure(new RubatoSettings()).ToYaml(folder.Path), TestContext.Current.CancellationToken);
        var run = await ProcessRun.RubatoAsync(folder.Path, "storage", "check", "-config.file=" + folder.File("rubato.yaml"));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("the store can be used", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(remote.Secret, run.Output + run.Error, StringComparison.Ordinal);
    }

    private static async Task AssertExplainedAsync(RubatoSettings settings, string wrong, string what, string todo)
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.File("rubato.yaml"), settings.ToYaml(folder.Path), TestContext.Current.CancellationToken);
        var server = await ProcessRun.RubatoAsync(folder.Path, "-config.file=" + folder.File("rubato.yaml"));
        Assert.Equal(1, server.ExitCode);
        StartRefusals.AssertOneClearLine(server, what);
        StartRefusals.AssertOneClearLine(server, todo);

        var check = await ProcessRun.RubatoAsync(folder.Path, "storage", "check", "-config.file=" + folder.File("rubato.yaml"));
        Assert.Equal(1, check.ExitCode);
        Assert.Contains(what, check.Output + check.Error, StringComparison.Ordinal);
        if (wrong.Contains("secret", StringComparison.Ordinal)) Assert.DoesNotContain(wrong, server.Error + check.Output + check.Error, StringComparison.Ordinal);
    }
}
