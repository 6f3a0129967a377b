using Azure;
using Azure.Identity;
using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Storage.ObjectStores.Azure;

/// <summary>Azure's error codes as faults.</summary>
internal static class AzureErrors
{
    public static StoreError Explain(Exception exception) => exception switch
    {
        RequestFailedException { Status: > 0 } failure =>
            new StoreError(Fault(failure), failure.Status, failure.ErrorCode ?? "", FirstLine(failure.Message)),
        AuthenticationFailedException => new StoreError(StoreFault.Credentials, 0, "", FirstLine(exception.Message)),
        AggregateException { InnerException: { } inner } => TransportErrors.Explain(inner) ?? Explain(inner),
        RequestFailedException { InnerException: { } inner } => TransportErrors.Explain(inner) ?? new StoreError(StoreFault.Unavailable, 0, "", inner.Message),
        _ => new StoreError(StoreFault.Refused, 0, "", FirstLine(exception.Message)),
    };

    public static bool IsMissingContainer(RequestFailedException failure) => failure.ErrorCode is "ContainerNotFound" or "ContainerBeingDeleted";

    private static StoreFault Fault(RequestFailedException failure) => failure.ErrorCode switch
    {
        "ContainerNotFound" or "ContainerBeingDeleted" => StoreFault.BucketMissing,
        "AuthenticationFailed" when IsAboutTime(failure) => StoreFault.ClockSkew,
        "AuthenticationFailed" or "InvalidAuthenticationInfo" or "NoAuthenticationInformation" => StoreFault.Credentials,
        // The emulator's word for a wrong key.
        "AuthorizationFailure" when failure.Message.Contains("failed to authenticate", StringComparison.OrdinalIgnoreCase) => StoreFault.Credentials,
        "AuthorizationFailure" or "AuthorizationPermissionMismatch" or "InsufficientAccountPermissions" or "AccountIsDisabled"
            or "KeyBasedAuthenticationNotPermitted" => StoreFault.Permission,
        "ServerBusy" or "AccountIsThrottled" => StoreFault.Throttled,
        "OperationTimedOut" => StoreFault.TimedOut,
        "Md5Mismatch" or "Crc64Mismatch" => StoreFault.Unavailable,
        _ => failure.Status switch
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

    // The service tells a skewed clock from a wrong key only in its sentence.
    private static bool IsAboutTime(RequestFailedException failure) =>
        failure.Message.Contains("date header", StringComparison.OrdinalIgnoreCase) || failure.Message.Contains("too old", StringComparison.OrdinalIgnoreCase);

    // The library's message goes on with every header of the answer.
    private static string FirstLine(string message) => message.AsSpan().TrimStart().IndexOfAny('\r', '\n') is var end and >= 0 ? message.TrimStart()[..end] : message;
}
