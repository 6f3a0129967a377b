using System.Net.Sockets;
using System.Security.Authentication;

namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>What sockets and HTTP say when there is no answer; the same under every library.</summary>
internal static class TransportErrors
{
    /// <summary>Null when the exception is not about the connection.</summary>
    public static StoreError? Explain(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case AuthenticationException:
                case HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }:
                    return new StoreError(StoreFault.Tls, 0, "", Innermost(e));
                case HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError }:
                    return new StoreError(StoreFault.Unreachable, 0, "", Innermost(e));
                case HttpIOException:
                case HttpRequestException { StatusCode: null }:
                case IOException { InnerException: SocketException }:
                    return new StoreError(StoreFault.Unavailable, 0, "", "the answer broke off: " + Innermost(e));
                case SocketException:
                    return new StoreError(StoreFault.Unreachable, 0, "", e.Message);
                case TimeoutException:
                    return new StoreError(StoreFault.TimedOut, 0, "", "");
            }
        }

        return null;
    }

    private static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
            e = inner;
        return e.Message;
    }
}
