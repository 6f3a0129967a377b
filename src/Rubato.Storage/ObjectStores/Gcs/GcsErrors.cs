using Google.Apis.Auth.OAuth2.Responses;
using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Storage.ObjectStores.Gcs;

/// <summary>What Google's API and its token server say, as faults.</summary>
internal static class GcsErrors
{
    public static StoreError Explain(Exception exception) => exception switch
    {
        GcsException failure => new StoreError(Fault(failure), failure.StatusCode, failure.Reason, failure.Message),
        // A token that is signed for another time is refused as "not in a reasonable timeframe".
        TokenResponseException token when token.Message.Contains("timeframe", StringComparison.OrdinalIgnoreCase) =>
            new StoreError(StoreFault.ClockSkew, 400, token.Error?.Error ?? "", token.Message),
        TokenResponseException token => new StoreError(StoreFault.Credentials, 0, "", token.Error?.ErrorDescription ?? token.Error?.Error ?? token.Message),
        InvalidOperationException when exception.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase) =>
            new StoreError(StoreFault.Credentials, 0, "", exception.Message),
        _ => new StoreError(StoreFault.Refused, 0, "", exception.Message),
    };

    private static StoreFault Fault(GcsException failure) => failure.StatusCode switch
    {
        401 => StoreFault.Credentials,
        403 when failure.Reason is "rateLimitExceeded" or "userRateLimitExceeded" or "quotaExceeded" => StoreFault.Throttled,
        403 => StoreFault.Permission,
        404 when failure.IsMissingBucket => StoreFault.BucketMissing,
        408 => StoreFault.TimedOut,
        429 => StoreFault.Throttled,
        501 => StoreFault.Refused,
        >= 500 => StoreFault.Unavailable,
        _ => StoreFault.Refused,
    };
}
