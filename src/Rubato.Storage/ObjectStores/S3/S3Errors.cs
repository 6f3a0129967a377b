using Amazon.Runtime;
using Amazon.S3;
using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Storage.ObjectStores.S3;

/// <summary>S3's error codes, and those of stores that speak S3, as faults.</summary>
internal static class S3Errors
{
    public static StoreError Explain(Exception exception)
    {
        if (exception is AmazonServiceException { ErrorCode: not null } failure && (int)failure.StatusCode > 0)
        {
            var status = (int)failure.StatusCode;
            return new StoreError(Fault(failure.ErrorCode, status), status, failure.ErrorCode, Detail(failure));
        }

        // The SDK compares what it read with the object's MD5 where the store gives one.
        if (exception is AmazonClientException && exception.Message.Contains("hash", StringComparison.OrdinalIgnoreCase))
            return new StoreError(StoreFault.Unavailable, 0, "", "what arrived is not what is stored (MD5)");
        // The SDK has no code for "there are none"; it throws these two from the credentials, before any request.
        if (exception is AmazonClientException && exception.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase))
            return new StoreError(StoreFault.Credentials, 0, "", exception.Message);
        if (exception is AmazonServiceException { InnerException: { } inner })
            return TransportErrors.Explain(inner) ?? new StoreError(StoreFault.Unavailable, 0, "", inner.Message);
        return new StoreError(StoreFault.Refused, 0, "", exception.Message);
    }

    public static bool IsMissingBucket(AmazonS3Exception failure) => failure.ErrorCode == "NoSuchBucket";

    private static StoreFault Fault(string code, int status) => code switch
    {
        "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" or "ExpiredToken" or "TokenRefreshRequired" or "InvalidSecurity"
            or "MissingSecurityHeader" or "MissingAuthenticationToken" or "UnrecognizedClientException" => StoreFault.Credentials,
        "AccessDenied" or "AllAccessDisabled" or "AccountProblem" or "KMS.DisabledException" => StoreFault.Permission,
        "NoSuchBucket" => StoreFault.BucketMissing,
        "RequestTimeTooSkewed" or "RequestExpired" or "RequestInTheFuture" => StoreFault.ClockSkew,
        "SlowDown" or "SlowDownRead" or "SlowDownWrite" or "TooManyRequests" or "TooManyRequestsException" or "Throttling" or "ThrottlingException"
            or "RequestLimitExceeded" or "BandwidthLimitExceeded" or "ConditionalRequestConflict" or "OperationAborted" => StoreFault.Throttled,
        "RequestTimeout" => StoreFault.TimedOut,
        // What was sent did not arrive as it was sent: once more.
        "BadDigest" or "IncompleteBody" or "XAmzContentSHA256Mismatch" => StoreFault.Unavailable,
        _ => status switch
        {
            401 => StoreFault.Credentials,
            403 => StoreFault.Permission,
            408 => StoreFault.TimedOut,
            429 => StoreFault.Throttled,
            501 => StoreFault.Refused,
            >= 500 => StoreFault.Unavailable,
            _ => StoreFault.Refused,
        },
    };

    private static string Detail(AmazonServiceException failure) => failure.ErrorCode switch
    {
        "PermanentRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" or "301" or "MovedPermanently" =>
            $"the bucket lies in another region than storage.trace.s3.region says ({failure.Message})",
        "NotImplemented" => $"the store cannot do that ({failure.Message})",
        _ => failure.Message,
    };
}
