using System.Net;
using Rubato.Model.Scanning;
using Rubato.Model.Tenants;

namespace Rubato.Demo;

/// <summary>Takes what an OTLP exporter sends straight to the server that it runs in: no port, certificate or login between. What became of the spans is added up.</summary>
internal sealed class SinkHandler(ISpanSink sink, TenantId tenant) : HttpMessageHandler
{
    private static readonly PushSource Source = new("demo", "process");

    private readonly Lock _lock = new();

    public long Accepted { get; private set; }

    public long Rejected { get; private set; }

    /// <summary>Why the last of the rejected ones were; empty when none was.</summary>
    public string Message { get; private set; } = "";

    /// <summary>On the exporter's own thread, which waits for each request anyway.</summary>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var result = await sink.PushAsync(tenant, body, Source, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            Accepted += result.AcceptedSpans;
            Rejected += result.RejectedSpans;
            if (result.Message.Length > 0) Message = result.Message;
        }

        // No protobuf message is an empty one: nothing to complain about. A refusal is final: the exporter is not to try again, the person can.
        return new HttpResponseMessage(result.Status == PushStatus.Accepted ? HttpStatusCode.OK : HttpStatusCode.BadRequest) { Content = new ByteArrayContent([]), RequestMessage = request };
    }
}
