using Rubato.Storage.ObjectStores.Azure;
using Rubato.Storage.ObjectStores.Gcs;
using Rubato.Storage.ObjectStores.S3;
using Xunit;

namespace Rubato.UnitTests.Storage.ObjectStores;

/// <summary>Endpoints as people write them, and where credentials are found.</summary>
public sealed class StoreSettingsTests
{
    [Theory]
    [InlineData("", "", false, "https://s3.us-east-1.amazonaws.com", false)]
    [InlineData("s3.amazonaws.com", "eu-west-1", false, "https://s3.eu-west-1.amazonaws.com", false)]
    [InlineData("s3.eu-central-1.amazonaws.com", "", false, "https://s3.eu-central-1.amazonaws.com", false)]
    [InlineData("s3.dualstack.eu-central-1.amazonaws.com", "", false, "https://s3.eu-central-1.amazonaws.com", false)]
    [InlineData("minio:9000", "", true, "http://minio:9000", true)]
    [InlineData("minio:9000", "", false, "https://minio:9000", true)]
    [InlineData("http://minio:9000/", "", false, "http://minio:9000", true)]
    [InlineData("https://store.example", "", true, "https://store.example", true)]
    [InlineData("[::1]:9000", "", true, "http://[::1]:9000", true)]
    [InlineData("bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com", "eu-west-1", false, "https://bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com", false)]
    public void S3_endpoint(string endpoint, string region, bool insecure, string expected, bool isPathStyle)
    {
        var parsed = S3Endpoint.Parse(new S3StoreOptions { Bucket = "b", Endpoint = endpoint, Region = region, Insecure = insecure }, _ => null, out _)!;
        Assert.Equal((expected, isPathStyle), (parsed.Display, parsed.IsPathStyle));
    }

    [Theory]
    [InlineData("ftp://minio")]
    [InlineData("minio:9000/path")]
    [InlineData("no such host")]
    public void S3_endpoint_that_is_none(string endpoint)
    {
        Assert.Null(S3Endpoint.Parse(new S3StoreOptions { Bucket = "b", Endpoint = endpoint }, _ => null, out var error));
        Assert.Contains(endpoint, error, StringComparison.Ordinal);
    }

    [Fact]
    public void S3_region_comes_from_the_key_the_environment_and_the_name_in_this_order()
    {
        Assert.Equal("key", Region("key", "s3.eu-west-1.amazonaws.com", ("AWS_REGION", "env")));
        Assert.Equal("env", Region("", "s3.eu-west-1.amazonaws.com", ("AWS_REGION", "env"), ("AWS_DEFAULT_REGION", "other")));
        Assert.Equal("other", Region("", "", ("AWS_DEFAULT_REGION", "other")));
        Assert.Equal("eu-west-1", Region("", "s3.eu-west-1.amazonaws.com"));
        Assert.Equal("us-east-1", Region("", "minio:9000"));

        static string Region(string region, string endpoint, params (string, string)[] environment) =>
            S3Endpoint.Parse(new S3StoreOptions { Bucket = "b", Endpoint = endpoint, Region = region }, Env(environment), out _)!.Region;
    }

    [Theory]
    [InlineData("s3.amazonaws.com", "with.dots", false, S3BucketLookup.Auto, true)]
    [InlineData("s3.amazonaws.com", "plain", true, S3BucketLookup.Auto, true)]
    [InlineData("s3.amazonaws.com", "plain", false, S3BucketLookup.Path, true)]
    [InlineData("minio:9000", "plain", false, S3BucketLookup.Dns, false)]
    public void S3_bucket_stands_where_the_keys_say(string endpoint, string bucket, bool forced, S3BucketLookup lookup, bool isPathStyle) =>
        Assert.Equal(isPathStyle, S3Endpoint.Parse(
            new S3StoreOptions { Bucket = bucket, Endpoint = endpoint, ForcePathStyle = forced, BucketLookup = lookup }, _ => null, out _)!.IsPathStyle);

    [Fact]
    public async Task S3_credentials_are_taken_from_the_first_place_that_has_some()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "[default]\naws_access_key_id = file-key\naws_secret_access_key = file-secret\n", TestContext.Current.CancellationToken);
        var all = new List<(string, string)>
        {
            ("AWS_ACCESS_KEY_ID", "aws-key"), ("AWS_SECRET_ACCESS_KEY", "aws-secret"), ("AWS_SESSION_TOKEN", "aws-token"),
            ("MINIO_ACCESS_KEY", "minio-key"), ("MINIO_SECRET_KEY", "minio-secret"), ("AWS_SHARED_CREDENTIALS_FILE", file),
        };

        Assert.Equal(("own-key", "own-secret", ""), await Found(new S3StoreOptions { Bucket = "b", AccessKey = "own-key", SecretKey = "own-secret" }));
        Assert.Equal(("own-key", "own-secret", "own-token"), await Found(new S3StoreOptions { Bucket = "b", AccessKey = "own-key", SecretKey = "own-secret", SessionToken = "own-token" }));
        Assert.Equal(("aws-key", "aws-secret", "aws-token"), await Found(new S3StoreOptions { Bucket = "b" }));
        all.RemoveAll(v => v.Item1 is "AWS_ACCESS_KEY_ID");
        Assert.Equal(("minio-key", "minio-secret", ""), await Found(new S3StoreOptions { Bucket = "b" }));
        all.RemoveAll(v => v.Item1.StartsWith("MINIO", StringComparison.Ordinal));
        Assert.Equal(("file-key", "file-secret", ""), await Found(new S3StoreOptions { Bucket = "b" }));
        File.Delete(file);

        async Task<(string, string, string)> Found(S3StoreOptions options)
        {
            var found = S3Credentials.Find(options, Env([.. all]));
            var keys = await found.Credentials.GetCredentialsAsync();
            Assert.DoesNotContain("secret", found.Source, StringComparison.Ordinal);
            return (keys.AccessKey, keys.SecretKey, keys.Token ?? "");
        }
    }

    [Theory]
    [InlineData("blob.core.windows.net", "https://acc.blob.core.windows.net/c")]
    [InlineData("blob.core.usgovcloudapi.net", "https://acc.blob.core.usgovcloudapi.net/c")]
    [InlineData("127.0.0.1:10000", "http://127.0.0.1:10000/acc/c")]
    [InlineData("localhost", "http://localhost/acc/c")]
    [InlineData("azurite:10000", "http://azurite:10000/acc/c")]
    [InlineData("https://azurite:10000/", "https://azurite:10000/acc/c")]
    public void Azure_endpoint(string suffix, string expected) =>
        Assert.Equal(expected, AzureEndpoint.Container("acc", suffix, "c", out _)!.AbsoluteUri);

    [Theory]
    [InlineData("")]
    [InlineData("host/path")]
    public void Azure_endpoint_that_is_none(string suffix) => Assert.Null(AzureEndpoint.Container("acc", suffix, "c", out _));

    [Theory]
    [InlineData("", false, "", "https://storage.googleapis.com/", false)]
    [InlineData("", false, "127.0.0.1:9023", "http://127.0.0.1:9023/", true)]
    [InlineData("https://fake-gcs:4443/storage/v1/", true, "", "https://fake-gcs:4443/", false)]
    [InlineData("fake-gcs:4443", true, "", "http://fake-gcs:4443/", false)]
    [InlineData("restricted.googleapis.com", false, "ignored:1", "https://restricted.googleapis.com/", false)]
    public void Gcs_endpoint(string endpoint, bool insecure, string emulator, string expected, bool isEmulator)
    {
        var parsed = GcsEndpoint.Parse(new GcsStoreOptions { Bucket = "b", Endpoint = endpoint, Insecure = insecure }, Env(("STORAGE_EMULATOR_HOST", emulator)), out _)!;
        Assert.Equal((expected, isEmulator), (parsed.Url.AbsoluteUri, parsed.IsEmulator));
    }

    private static Func<string, string?> Env(params (string Name, string Value)[] variables) => name => variables.FirstOrDefault(v => v.Name == name).Value;
}
