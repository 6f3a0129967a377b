using System.Net;
using System.Net.Sockets;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Keeping;

namespace Rubato.IntegrationTests.ObjectStores;

/// <summary>
/// A server that cannot use its store says so in one line that helps, and ends. <c>rubato storage check</c> says the same; every refusal of it is in
/// the unit tests.
/// </summary>
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
    public async Task Check_of_a_user_who_may_only_read_says_what_is_missing()
    {
        await using var remote = await RemoteStoreUnderTest.CreateAsync(servers, "s3");
        await Buckets.CreateAsync(await servers.SwiftAsync(), "readable", mayBeRead: true);
        var run = await CheckAsync(remote.Configure(new RubatoSettings()).With("storage.trace.s3.bucket", "readable").With("storage.trace.s3.access_key", "test:reader").With("storage.trace.s3.secret_key", "reading"));
        Assert.True(run.ExitCode == 1, run.Output + run.Error);
        Assert.Contains("  ok    list", run.Output, StringComparison.Ordinal);
        Assert.Contains("access denied", run.Output, StringComparison.Ordinal);
        Assert.Contains("Allow s3:PutObject", run.Output, StringComparison.Ordinal);
        Assert.Contains("the store cannot be used", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_passes_on_a_store_that_works()
    {
        await using var remote = await RemoteStoreUnderTest.CreateAsync(servers, "azure");
        var run = await CheckAsync(remote.Configure(new RubatoSettings()));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("the store can be used", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(remote.Secret, run.Output + run.Error, StringComparison.Ordinal);
    }

    private static async Task<ProcessRun> CheckAsync(RubatoSettings settings)
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.File("rubato.yaml"), settings.ToYaml(folder.Path), TestContext.Current.CancellationToken);
        return await ProcessRun.RubatoAsync(folder.Path, "storage", "check", "-config.file=" + folder.File("rubato.yaml"));
    }

    private static async Task AssertExplainedAsync(RubatoSettings settings, string wrong, string what, string todo)
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.File("rubato.yaml"), settings.ToYaml(folder.Path), TestContext.Current.CancellationToken);
        var server = await ProcessRun.RubatoAsync(folder.Path, "-config.file=" + folder.File("rubato.yaml"));
        Assert.Equal(1, server.ExitCode);
        StartRefusals.AssertOneClearLine(server, what);
        StartRefusals.AssertOneClearLine(server, todo);
        if (wrong.Contains("secret", StringComparison.Ordinal)) Assert.DoesNotContain(wrong, server.Error, StringComparison.Ordinal);
    }
}
