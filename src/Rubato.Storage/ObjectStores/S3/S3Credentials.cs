using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;

namespace Rubato.Storage.ObjectStores.S3;

/// <summary>Where the credentials come from, in Tempo's order. Only the last place needs the network, so the choice is made at start.</summary>
/// <param name="Source">For the log.</param>
internal sealed record S3Credentials(AWSCredentials Credentials, string Source)
{
    public static S3Credentials Find(S3StoreOptions options, Func<string, string?> environment)
    {
        if (options.AccessKey.Length > 0)
            return new S3Credentials(Static(options.AccessKey, options.SecretKey, options.SessionToken), "storage.trace.s3.access_key");

        if (Get("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY") is { } key && Get("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY") is { } secret)
            return new S3Credentials(Static(key, secret, Get("AWS_SESSION_TOKEN") ?? ""), "environment AWS_ACCESS_KEY_ID");

        if (Get("MINIO_ACCESS_KEY", "MINIO_ROOT_USER") is { } user && Get("MINIO_SECRET_KEY", "MINIO_ROOT_PASSWORD") is { } password)
            return new S3Credentials(Static(user, password, ""), "environment MINIO_ACCESS_KEY");

        var profile = Get("AWS_PROFILE") ?? "default";
        var file = Get("AWS_SHARED_CREDENTIALS_FILE");
        if (new CredentialProfileStoreChain(file).TryGetAWSCredentials(profile, out var shared))
            return new S3Credentials(shared, $"profile {profile} of {file ?? "the shared credentials file"}");

        if (Get("AWS_WEB_IDENTITY_TOKEN_FILE") is not null && Get("AWS_ROLE_ARN") is not null)
            return new S3Credentials(AssumeRoleWithWebIdentityCredentials.FromEnvironmentVariables(), "web identity token (AWS_WEB_IDENTITY_TOKEN_FILE)");

        if (Get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") is not null || Get("AWS_CONTAINER_CREDENTIALS_FULL_URI") is not null)
            return new S3Credentials(new GenericContainerCredentials(), "container credentials (ECS, EKS pod identity)");

        try
        {
            return new S3Credentials(
                DefaultAWSCredentialsIdentityResolver.GetCredentials(),
                "instance profile (EC2 metadata), since no keys were found in the configuration, environment or files");
        }
        catch (AmazonClientException e)
        {
            throw new ArgumentException(
                "no credentials were found: set access_key and secret_key, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, or a profile, or a role", e);
        }

        string? Get(params string[] names) => names.Select(environment).FirstOrDefault(value => !string.IsNullOrEmpty(value));
    }

    private static AWSCredentials Static(string key, string secret, string token) =>
        token.Length > 0 ? new SessionAWSCredentials(key, secret, token) : new BasicAWSCredentials(key, secret);
}
