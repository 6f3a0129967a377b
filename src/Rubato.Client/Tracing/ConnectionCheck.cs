using System.Net.Sockets;
using Microsoft.Extensions.Hosting;

namespace Rubato.Client;

/// <summary>Whether somebody takes connections at the endpoint: the guide's blocking dial (S56).</summary>
internal sealed class ConnectionCheck(TracingPipeline pipeline, bool enabled) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => enabled ? RunAsync(pipeline.Settings, cancellationToken) : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public static async Task RunAsync(TracingSettings settings, CancellationToken cancel)
    {
        Uri endpoint = settings.Endpoint;
        using var socket = new TcpClient();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(settings.ConnectTimeout);
        try
        {
            await socket.ConnectAsync(endpoint.DnsSafeHost, endpoint.Port, timeout.Token);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            string why = e is SocketException refused ? refused.Message : $"no answer within {settings.ConnectTimeout}";
            throw new RubatoTracingException(
                $"nothing takes connections at {endpoint.GetLeftPart(UriPartial.Authority)}: {why}; start Rubato there, correct Endpoint, or set VerifyConnection to false", e);
        }
    }
}
