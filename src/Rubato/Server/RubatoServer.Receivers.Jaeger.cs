using System.Net;
using System.Net.Sockets;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Rubato.Configuration.Options;
using Rubato.Ingest.Receivers;
using Rubato.Ingest.Receivers.Jaeger;
using Rubato.Model.Scanning;

namespace Rubato.Server;

/// <summary>Jaeger's four ports.</summary>
internal sealed partial class RubatoServer
{
    private readonly List<(string Name, JaegerUdpReceiver Receiver)> _udpReceivers = [];

    private async Task StartJaegerAsync(JaegerReceiverOptions receiver, ISpanSink sink, TenantResolver tenants)
    {
        if (receiver.Grpc is { } grpc) await StartJaegerGrpcAsync(Name("jaeger-grpc"), receiver.Name, grpc, sink, tenants);
        if (receiver.ThriftHttp is { } http) await StartJaegerThriftHttpAsync(Name("jaeger-thrift-http"), receiver.Name, http, sink, tenants);
        if (receiver.ThriftCompact is { } compact) StartJaegerUdp(Name("jaeger-thrift-compact"), compact, isCompact: true, sink, tenants);
        if (receiver.ThriftBinary is { } binary) StartJaegerUdp(Name("jaeger-thrift-binary"), binary, isCompact: false, sink, tenants);

        string Name(string kind) => receiver.Name == "jaeger" ? kind : kind + " (" + receiver.Name + ")";
    }

    private async Task StartJaegerGrpcAsync(string name, string receiver, OtlpGrpcReceiverOptions grpc, ISpanSink sink, TenantResolver tenants)
    {
        var host = ListenerHost.Create(
            ReceiverGate(name, grpc.Keepalive.ServerParameters), grpc.Endpoint, HttpProtocols.Http2, _loggers,
            kestrel => ConfigureOtlpGrpc(kestrel, grpc),
            services =>
            {
                services.AddSingleton<IMemoryPoolFactory<byte>, ReceiveBufferPoolFactory>();
                services.AddSingleton(new JaegerGrpcReceiver(sink, tenants));
                AddReceiverGrpc(services, grpc.MaxRecvMsgBytes);
                services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<JaegerGrpcReceiver>, UnaryMethodProvider<JaegerGrpcReceiver>>());
            },
            app =>
            {
                UseReceiverAuth(app, "jaeger-grpc");
                app.UseRouting();
                app.MapGrpcService<JaegerGrpcReceiver>();
            },
            tls: ReceiverTls(grpc.Tls, receiver + ".protocols.grpc"));
        await StartListenerAsync((host, grpc.Endpoint));
    }

    private async Task StartJaegerThriftHttpAsync(string name, string receiver, ThriftHttpReceiverOptions http, ISpanSink sink, TenantResolver tenants)
    {
        var handler = new JaegerThriftHttpReceiver(sink, tenants, http.MaxRequestBodyBytes, _loggers.CreateLogger<JaegerThriftHttpReceiver>());
        var host = HttpReceiver(name, "jaeger-thrift-http", receiver + ".protocols.thrift_http", http, http.Endpoint, handler.HandleAsync);
        await StartListenerAsync((host, http.Endpoint));
    }

    private void StartJaegerUdp(string name, ThriftUdpReceiverOptions udp, bool isCompact, ISpanSink sink, TenantResolver tenants)
    {
        JaegerUdpReceiver receiver;
        try
        {
            receiver = new JaegerUdpReceiver(sink, tenants, new JaegerUdpOptions
            {
                Endpoint = new IPEndPoint(ListenerHost.Resolve(udp.Endpoint), udp.Endpoint.Port),
                IsCompact = isCompact,
                QueueSize = udp.QueueSize,
                MaxPacketBytes = udp.MaxPacketSize,
                Workers = udp.Workers,
                SocketBufferBytes = udp.SocketBufferSize,
            }, _loggers.CreateLogger<JaegerUdpReceiver>());
        }
        catch (Exception e) when (e is SocketException or ListenException)
        {
            throw new StartException(e is ListenException ? e.Message : $"cannot listen on udp {udp.Endpoint} for {name}: {e.Message}", e);
        }

        receiver.Start();
        _udpReceivers.Add((name, receiver));
        Log.Listening(_logger, name, UdpAddress(receiver));
    }

    /// <summary>Takes no more packets; those that wait are kept before the ingester stops.</summary>
    private async Task StopUdpReceiversAsync(CancellationToken limit)
    {
        for (var i = _udpReceivers.Count - 1; i >= 0; i--)
        {
            var (name, receiver) = _udpReceivers[i];
            await Timed("listener " + name + " stop", async () =>
            {
                await receiver.StopAsync(limit);
                await receiver.DisposeAsync();
                return 0;
            });
        }

        _udpReceivers.Clear();
    }

    private static string UdpAddress(JaegerUdpReceiver receiver) => "udp://" + receiver.LocalEndpoint;
}
