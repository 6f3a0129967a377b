using System.Collections.Concurrent;

namespace Rubato.UnitTests.Client;

/// <summary>Answers requests without a network, and keeps what was asked.</summary>
internal sealed class StubHandler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    public ConcurrentQueue<string> Asked { get; } = new();

    public ConcurrentQueue<HttpRequestMessage> Requests { get; } = new();

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Enqueue(request.RequestUri!.PathAndQuery);
        Requests.Enqueue(request);
        return answer(request);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));
}
