using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Rubato.Configuration.Options;
using Rubato.Ingest.Receivers;
using Rubato.Ingest.Receivers.OpenCensus;
using Rubato.Ingest.Receivers.Zipkin;
using Rubato.Model.Scanning;

namespace Rubato.Server;

/// <summary>Zipkin's port, and OpenCensus'.</summary>
internal sealed partial class RubatoServer
{
    private async Task StartZipkinAsync(ZipkinReceiverOptions zipkin, ISpanSink sink, TenantResolver tenants)
    {
        var options = new ZipkinOptions { ParseStringTags = zipkin.ParseStringTags, MaxRequestBodyBytes = zipkin.MaxRequestBodyBytes };
        var handler = new ZipkinHttpReceiver(sink, tenants, options, _time, _loggers.CreateLogger<ZipkinHttpReceiver>());
        var listener = zipkin.Name == "zipkin" ? "zipkin" : $"zipkin ({zipkin.Name})";
        var host = HttpReceiver(listener, "zipkin", zipkin.Name, zipkin, zipkin.Endpoint, handler.HandleAsync);
        await StartListenerAsync((host, zipkin.Endpoint));
    }

    private async Task StartOpenCensusAsync(OpenCensusReceiverOptions openCensus, ISpanSink sink, TenantResolver tenants)
    {
        var grpc = new OtlpGrpcReceiverOptions { MaxConcurrentStreams = openCensus.MaxConcurrentStreams, Keepalive = openCensus.Keepalive };
        var host = ListenerHost.Create(
            ReceiverGate(openCensus.Name == "opencensus" ? "opencensus" : $"opencensus ({openCensus.Name})", openCensus.Keepalive.ServerParameters), openCensus.Endpoint, HttpProtocols.Http2, _loggers,
            kestrel => ConfigureOtlpGrpc(kestrel, grpc),
            services =>
            {
                services.AddSingleton<IMemoryPoolFactory<byte>, ReceiveBufferPoolFactory>();
                services.AddSingleton(new OpenCensusReceiver(sink, tenants));
                AddReceiverGrpc(services, openCensus.MaxRecvMsgBytes);
                services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<OpenCensusReceiver>, OpenCensusMethodProvider>());
            },
            app =>
            {
                UseReceiverAuth(app, "opencensus");
                app.UseRouting();
                app.MapGrpcService<OpenCensusReceiver>();
            },
            tls: ReceiverTls(openCensus.Tls, openCensus.Name));
        await StartListenerAsync((host, openCensus.Endpoint));
    }
}
