using Rubato.Storage.ObjectStores.Remote;
using Rubato.Testing.ObjectStores;
using Xunit;
using StoreFault = Rubato.Storage.ObjectStores.Remote.StoreFault;

namespace Rubato.UnitTests.Storage.ObjectStores;

/// <summary>S3's refusals in words: what, where, what to do. Nothing of these is tried again.</summary>
public sealed class S3ErrorTests : IAsyncLifetime
{
    private FakeS3Server _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeStores.StartS3Async();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("read", "Allow s3:GetObject on arn:aws:s3:::fake-bucket/*, and s3:ListBucket on arn:aws:s3:::fake-bucket.")]
    [InlineData("write", "Allow s3:PutObject and s3:AbortMultipartUpload on arn:aws:s3:::fake-bucket/*.")]
    [InlineData("list", "Allow s3:ListBucket on arn:aws:s3:::fake-bucket.")]
    [InlineData("delete", "Allow s3:DeleteObject on arn:aws:s3:::fake-bucket/*.")]
    public async Task A_missing_permission_is_named(string action, string advice)
    {
        using var store = FakeStores.OpenS3(_server.Address);
        _server.Faults.Decide = _ => FakeFault.Error(403, "AccessDenied", "Access Denied");

        var failure = await Assert.ThrowsAsync<ObjectStoreException>(() => Act(store, action));

        Assert.Equal(StoreFault.Permission, failure.Fault);
        Assert.StartsWith($"s3: cannot {action} {(action == "list" ? "objects" : "t/x")} in bucket fake-bucket at {_server.Address.GetLeftPart(UriPartial.Authority)}: access denied (403", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(advice, failure.Message, StringComparison.Ordinal);
        Assert.Single(_server.Faults.Requests);
    }

    [Theory]
    [InlineData(403, "SignatureDoesNotMatch", StoreFault.Credentials, "does not accept the credentials")]
    [InlineData(403, "InvalidAccessKeyId", StoreFault.Credentials, "does not accept the credentials")]
    [InlineData(400, "ExpiredToken", StoreFault.Credentials, "does not accept the credentials")]
    [InlineData(404, "NoSuchBucket", StoreFault.BucketMissing, "there is no such bucket")]
    [InlineData(301, "PermanentRedirect", StoreFault.Refused, "lies in another region than storage.trace.s3.region")]
    [InlineData(501, "NotImplemented", StoreFault.Refused, "the store cannot do that")]
    public async Task A_refusal_is_explained(int status, string code, StoreFault fault, string words)
    {
        using var store = FakeStores.OpenS3(_server.Address);
        _server.Faults.Decide = _ => FakeFault.Error(status, code);

        var failure = await Assert.ThrowsAsync<ObjectStoreException>(() => Act(store, "write"));

        Assert.Equal(fault, failure.Fault);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.Single(_server.Faults.Requests);
        Assert.DoesNotContain("fake-secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1800, "this one is 1")]
    [InlineData(7200, "this one is 7")]
    public async Task Clocks_that_are_apart_are_compared(int seconds, string words)
    {
        using var store = FakeStores.OpenS3(_server.Address);
        _server.Faults.Decide = _ => FakeFault.Error(403, "RequestTimeTooSkewed") with { Date = DateTimeOffset.UtcNow.AddSeconds(seconds) };

        var failure = await Assert.ThrowsAsync<ObjectStoreException>(() => Act(store, "write"));

        Assert.Equal(StoreFault.ClockSkew, failure.Fault);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.Contains(seconds < 0 ? "ahead" : "behind", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Set this machine's clock (NTP)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_bucket_is_told_from_a_missing_object_by_every_call()
    {
        using var store = FakeStores.OpenS3(_server.Address, change: s3 => s3 with { Bucket = "no-such-bucket" });
        foreach (var action in (string[])["read", "head", "range", "write", "create", "list", "delete"])
        {
            var failure = await Assert.ThrowsAsync<ObjectStoreException>(() => Act(store, action));
            Assert.True(failure.Fault == StoreFault.BucketMissing, action + ": " + failure.Message);
        }
    }

    [Fact]
    public async Task Class_tags_and_metadata_go_with_every_object()
    {
        using var store = FakeStores.OpenS3(_server.Address, change: s3 => s3 with
        {
            StorageClass = "STANDARD_IA",
            Tags = new Dictionary<string, string> { ["team"] = "sre & co" },
            Metadata = new Dictionary<string, string> { ["owner"] = "tempo" },
        });
        await store.PutAsync("t/small", "1"u8.ToArray(), Token);
        await store.PutAsync("t/large", new MemoryStream(new byte[6 << 20]), Token);

        foreach (var key in (string[])["t/small", "t/large"])
        {
            var metadata = _server.Find(key)!.Metadata;
            Assert.Equal("STANDARD_IA", metadata["x-amz-storage-class"]);
            Assert.Equal("team=sre%20%26%20co", metadata["x-amz-tagging"]);
            Assert.Equal("tempo", metadata["x-amz-meta-owner"]);
        }
    }

    [Theory]
    [InlineData("SSE-S3", "x-amz-server-side-encryption", "AES256")]
    [InlineData("SSE-KMS", "x-amz-server-side-encryption-aws-kms-key-id", "key-1")]
    public async Task Encryption_by_the_store_is_asked_for(string type, string header, string value)
    {
        using var store = FakeStores.OpenS3(_server.Address, change: s3 => s3 with { Encryption = new() { Type = type, KmsKeyId = "key-1", KmsEncryptionContext = "{\"a\":\"b\"}" } });
        await store.PutAsync("t/small", "1"u8.ToArray(), Token);
        await store.PutAsync("t/large", new MemoryStream(new byte[6 << 20]), Token);
        Assert.Equal(value, _server.Find("t/small")!.Metadata[header]);
        Assert.Equal(value, _server.Find("t/large")!.Metadata[header]);
    }

    private static async Task Act(RemoteObjectStore store, string action)
    {
        switch (action)
        {
            case "read":
                await store.GetAsync("t/x", Token);
                break;
            case "head":
                await store.HeadAsync("t/x", Token);
                break;
            case "range":
                await store.GetRangeAsync("t/x", 0, new byte[1], Token);
                break;
            case "write":
                await store.PutAsync("t/x", "1"u8.ToArray(), Token);
                break;
            case "create":
                await store.TryCreateAsync("t/x", "1"u8.ToArray(), Token);
                break;
            case "list":
                await foreach (var _ in store.ListAsync("", Token))
                {
                }

                break;
            default:
                await store.DeleteAsync("t/x", Token);
                break;
        }
    }
}
