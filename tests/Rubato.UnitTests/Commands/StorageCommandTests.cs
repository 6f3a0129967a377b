using Rubato.Commands.Storage;
using Rubato.Testing.ObjectStores;
using Xunit;

namespace Rubato.UnitTests.Commands;

/// <summary><c>rubato storage check</c> against each cloud's own way of saying no: what is wrong is named, with what to do.</summary>
public sealed class StorageCommandTests : IDisposable
{
    private const string AzureKey = "c2VjcmV0LW9mLXRoZS1hY2NvdW50";

    private readonly string _folder = Directory.CreateTempSubdirectory("rubato-check").FullName;

    public static TheoryData<string, FakeFault, string, string, string> Refusals => new()
    {
        { "s3", FakeFault.Error(403, "SignatureDoesNotMatch", "The request signature we calculated does not match"), "*", "does not accept the credentials", "Check the keys of storage.trace.s3" },
        { "s3", FakeFault.Error(404, "NoSuchBucket", "The specified bucket does not exist"), "*", "there is no such bucket", "Create it or correct storage.trace.s3" },
        { "s3", FakeFault.Error(403, "AccessDenied", "Access Denied"), "PUT", "access denied", "Allow s3:PutObject" },
        { "s3", Skewed(FakeFault.Error(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")), "*", "s behind", "Set this machine's clock (NTP)" },
        { "gcs", FakeFault.Error(401, "authError", "Invalid Credentials"), "*", "does not accept the credentials", "Check the keys of storage.trace.gcs" },
        { "gcs", FakeFault.Error(404, "notFound", "The specified bucket does not exist."), "*", "there is no such bucket", "Create it or correct storage.trace.gcs" },
        { "gcs", FakeFault.Error(403, "forbidden", "caller does not have storage.objects.create access"), "POST", "access denied", "Allow storage.objects.create" },
        { "azure", FakeFault.Error(403, "AuthenticationFailed", "Server failed to authenticate the request.|The MAC signature found in the HTTP request is not the same"), "*", "does not accept the credentials", "Check the keys of storage.trace.azure" },
        { "azure", FakeFault.Error(404, "ContainerNotFound", "The specified container does not exist."), "*", "there is no such bucket", "Create it or correct storage.trace.azure" },
        { "azure", FakeFault.Error(403, "AuthorizationPermissionMismatch", "This request is not authorized to perform this operation using this permission."), "PUT", "access denied", "Allow blobs/write" },
        { "azure", Skewed(FakeFault.Error(403, "AuthenticationFailed", "Server failed to authenticate the request.|Request date header too old: 'Fri, 27 Nov 2026 06:00:00 GMT'")), "*", "s behind", "Set this machine's clock (NTP)" },
    };

    [Theory]
    [MemberData(nameof(Refusals), DisableDiscoveryEnumeration = true)]
    public async Task A_refusal_is_named_with_what_to_do(string backend, FakeFault refusal, string verb, string what, string todo)
    {
        await using var server = Server(backend);
        await server.StartAsync();
        server.Faults.Decide = request => verb == "*" || request.Verb == verb ? refusal : null;

        var (exitCode, output) = await CheckAsync(backend, server.Address);

        Assert.True(exitCode == 1, output);
        var line = Assert.Single(output.Split('\n'), text => text.Contains(verb == "*" ? "  list  " : "  write  ", StringComparison.Ordinal));
        Assert.Contains("FAIL", line, StringComparison.Ordinal);
        Assert.Contains(what, line, StringComparison.Ordinal);
        Assert.Contains(todo, line, StringComparison.Ordinal);
        Assert.Contains("the store cannot be used", output, StringComparison.Ordinal);
        Assert.DoesNotContain(AzureKey, output, StringComparison.Ordinal);
        Assert.DoesNotContain("fake-secret", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3")]
    [InlineData("gcs")]
    public async Task A_store_that_works_can_be_used(string backend)
    {
        await using var server = Server(backend);
        await server.StartAsync();
        var (exitCode, output) = await CheckAsync(backend, server.Address);
        Assert.True(exitCode == 0, output);
        Assert.Contains("the store can be used", output, StringComparison.Ordinal);
        Assert.Empty(server.Keys);
    }

    [Fact]
    public async Task A_local_folder_is_checked_too()
    {
        var (exitCode, output) = await CheckAsync("local", new Uri("http://127.0.0.1"));
        Assert.True(exitCode == 0, output);
        Assert.Contains("local: folder " + Path.Combine(_folder, "blocks"), output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_local_folder_that_cannot_be_is_named()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "blocks"), "a file in its place", TestContext.Current.CancellationToken);
        var (exitCode, output) = await CheckAsync("local", new Uri("http://127.0.0.1"));
        Assert.True(exitCode == 1, output);
        Assert.Contains(Path.Combine(_folder, "blocks"), output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static FakeStoreServer Server(string backend) => backend switch
    {
        "gcs" => new FakeGcsServer("b", TimeProvider.System),
        "azure" => new FakeAzureServer("devstoreaccount1"),
        _ => new FakeS3Server("b", TimeProvider.System),
    };

    private static FakeFault Skewed(FakeFault fault) => fault with { Date = DateTimeOffset.UtcNow.AddHours(1) };

    private async Task<(int ExitCode, string Output)> CheckAsync(string backend, Uri server)
    {
        var section = backend switch
        {
            "s3" => $"s3: {{bucket: b, endpoint: '{server.Authority}', insecure: true, access_key: fake-key-id, secret_key: fake-secret, retry_backoff_initial: 1ms, retry_backoff_max: 2ms}}",
            "gcs" => $"gcs: {{bucket_name: b, endpoint: '{server.Authority}', insecure: true}}",
            "azure" => $"azure: {{container_name: b, storage_account_name: devstoreaccount1, storage_account_key: {AzureKey}, endpoint_suffix: '{server.Authority}'}}",
            _ => $"local: {{path: '{Path.Combine(_folder, "blocks")}'}}",
        };
        var file = Path.Combine(_folder, "rubato.yaml");
        await File.WriteAllTextAsync(file, $"storage: {{trace: {{backend: {backend}, wal: {{path: '{Path.Combine(_folder, "wal")}'}}, {section}}}}}", TestContext.Current.CancellationToken);
        var output = new StringWriter();
        var exitCode = await StorageCommand.Build(output, output, _ => null, TimeProvider.System, new Random(1))
            .Parse(["check", "-config.file=" + file]).InvokeAsync(null, TestContext.Current.CancellationToken);
        return (exitCode, output.ToString());
    }
}
