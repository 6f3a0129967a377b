using System.IO.Compression;
using Grpc.AspNetCore.Server.Model;
using Grpc.Net.Compression;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Rubato.Configuration.Options;
using Rubato.Ingest.Distributor;
using Rubato.Ingest.Receivers;
using Rubato.Ingest.Receivers.Otlp;

namespace Rubato.Server;

/// <summary>The ports that take spans: one method for each protocol, called only where its key is in <c>distributor.receivers</c>.</summary>
internal sealed partial class RubatoServer
{
    private async Task StartReceiversAsync(Distributor distributor)
    {
        var tenants = new TenantResolver(_config.MultitenancyEnabled);
        var (maxBytes, retryAfter) = (_config.Distributor.MaxInflightBytes, _config.Distributor.RetryAfterOnResourceExhausted);
        ReceiveBudget.MaxBytes = maxBytes > 0 ? maxBytes : Math.Max(256L << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
        ReceiveBudget.RetryAfter = retryAfter > TimeSpan.Zero ? retryAfter : null;
        foreach (var receiver in _config.Distributor.OtlpReceivers)
        {
            if (receiver.Grpc is { } grpc) await StartOtlpGrpcAsync(receiver.Name, grpc, distributor, tenants);
            if (receiver.Http is { } http) await StartOtlpHttpAsync(receiver.Name, http, distributor, tenants);
        }

        foreach (var receiver in _config.Distributor.JaegerReceivers) await StartJaegerAsync(receiver, distributor, tenants);
        foreach (var receiver in _config.Distributor.ZipkinReceivers) await StartZipkinAsync(receiver, distributor, tenants);
        foreach (var receiver in _config.Distributor.OpenCensusReceivers) await StartOpenCensusAsync(receiver, distributor, tenants);
    }

    private async Task StartOtlpGrpcAsync(string receiver, OtlpGrpcReceiverOptions grpc, Distributor distributor, TenantResolver tenants)
    {
        var host = ListenerHost.Create(
            ReceiverGate(ListenerName("otlp-grpc", receiver), grpc.Keepalive.ServerParameters), grpc.Endpoint, HttpProtocols.Http2, _loggers,
            kestrel => ConfigureOtlpGrpc(kestrel, grpc),
            services =>
            {
                services.AddSingleton<IMemoryPoolFactory<byte>, ReceiveBufferPoolFactory>();
                services.AddSingleton(new OtlpGrpcReceiver(distributor, tenants));
                AddReceiverGrpc(services, grpc.MaxRecvMsgBytes);
                services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<OtlpGrpcReceiver>, UnaryMethodProvider<OtlpGrpcReceiver>>());
            },
            app =>
            {
                UseReceiverAuth(app, "otlp-grpc");
                app.UseRouting();
                app.MapGrpcService<OtlpGrpcReceiver>();
            },
            tls: ReceiverTls(grpc.Tls, receiver + ".protocols.grpc"));
        await StartListenerAsync((host, grpc.Endpoint));
    }

    private async Task StartOtlpHttpAsync(string receiver, OtlpHttpReceiverOptions http, Distributor distributor, TenantResolver tenants)
    {
        var options = new OtlpHttpOptions { TracesPath = http.TracesUrlPath, MaxRequestBodyBytes = http.MaxRequestBodyBytes };
        var handler = new OtlpHttpReceiver(distributor, tenants, options, _loggers.CreateLogger<OtlpHttpReceiver>());
        var host = HttpReceiver(ListenerName("otlp-http", receiver), "otlp-http", receiver + ".protocols.http", http, http.Endpoint, handler.HandleAsync);
        await StartListenerAsync((host, http.Endpoint));
    }

    private static void AddReceiverGrpc(IServiceCollection services, int maxMessageBytes) => services.AddGrpc(o =>
    {
        o.MaxReceiveMessageSize = maxMessageBytes;
        // gzip by name: the library's own default is left out as soon as others are added.
        o.CompressionProviders.Add(new GzipCompressionProvider(CompressionLevel.Fastest));
        o.CompressionProviders.Add(new ZstdGrpcCompression());
        o.CompressionProviders.Add(new SnappyGrpcCompression());
    });

    private static string ListenerName(string kind, string receiver) => receiver == "otlp" ? kind : kind + " (" + receiver + ")";

    private static void ConfigureOtlpGrpc(KestrelServerOptions kestrel, OtlpGrpcReceiverOptions grpc)
    {
        var http2 = kestrel.Limits.Http2;
        // Senders put many requests on one connection: windows that hold a few whole requests keep them flowing.
        http2.InitialConnectionWindowSize = 8 << 20;
        http2.InitialStreamWindowSize = 4 << 20;
        http2.MaxStreamsPerConnection = grpc.MaxConcurrentStreams > 0 ? grpc.MaxConcurrentStreams : 1000;
        if (grpc.Keepalive.ServerParameters.Time > TimeSpan.Zero) http2.KeepAlivePingDelay = grpc.Keepalive.ServerParameters.Time;
        if (grpc.Keepalive.ServerParameters.Timeout > TimeSpan.Zero) http2.KeepAlivePingTimeout = grpc.Keepalive.ServerParameters.Timeout;
        kestrel.Limits.KeepAliveTimeout = grpc.Keepalive.ServerParameters.MaxConnectionIdle > TimeSpan.Zero
            ? grpc.Keepalive.ServerParameters.MaxConnectionIdle
            : TimeSpan.FromHours(24);
    }
}
