using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Rubato.Web.Api;

/// <summary>
/// Answers an <see cref="HttpClient"/>'s requests by the host's own pipeline, without a socket. So the UI needs no address, no certificate and no port of its own, and
/// still goes through everything that a client outside goes through. Bodies are streamed; ending the request, or dropping its answer, aborts it for the pipeline.
/// </summary>
internal sealed class InProcessHandler(InProcessPipeline pipeline, IServiceScopeFactory scopes) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var abort = new CancellationTokenSource();
        var response = new InProcessResponse(abort);
        var ended = cancellationToken.Register(abort.Cancel);
        var body = request.Content is null ? Stream.Null : await request.Content.ReadAsStreamAsync(cancellationToken);
        // On another thread: the pipeline may run for long before it first waits, and the page goes on meanwhile.
        var run = Task.Run(() => RunAsync(Context(request, body, response, abort), response, ended), CancellationToken.None);
        await response.Started.WaitAsync(cancellationToken);
        _ = run;
        return response.ToMessage(request);
    }

    private async Task RunAsync(DefaultHttpContext http, InProcessResponse response, CancellationTokenRegistration ended)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            http.RequestServices = scope.ServiceProvider;
            await pipeline.RunAsync(http);
            await response.CompleteAsync();
        }
        catch (Exception e)
        {
            await response.FailAsync(e);
        }
        finally
        {
            await ended.DisposeAsync();
        }
    }

    private static DefaultHttpContext Context(HttpRequestMessage request, Stream body, InProcessResponse response, CancellationTokenSource abort)
    {
        var uri = request.RequestUri!;
        var features = new FeatureCollection();
        var head = new HttpRequestFeature
        {
            Protocol = HttpProtocol.Http11,
            Scheme = uri.Scheme,
            Method = request.Method.Method,
            // Decoded as Kestrel does it: all but the slash.
            Path = Uri.UnescapeDataString(uri.AbsolutePath.Replace("%2F", "%252F", StringComparison.OrdinalIgnoreCase)),
            QueryString = uri.Query,
            RawTarget = uri.PathAndQuery,
            Body = body,
        };
        head.Headers.Host = uri.Authority;
        foreach (var (name, values) in request.Headers) head.Headers[name] = values.ToArray();
        if (request.Content is { } content)
        {
            foreach (var (name, values) in content.Headers) head.Headers[name] = values.ToArray();
        }

        features.Set<IHttpRequestFeature>(head);
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(response);
        features.Set<IHttpConnectionFeature>(new HttpConnectionFeature { RemoteIpAddress = IPAddress.Loopback, LocalIpAddress = IPAddress.Loopback });
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature { RequestAborted = abort.Token });
        features.Set<IHttpRequestBodyDetectionFeature>(new BodyDetection(request.Content is not null));
        return new DefaultHttpContext(features);
    }

    private sealed class BodyDetection(bool canHaveBody) : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => canHaveBody;
    }
}
