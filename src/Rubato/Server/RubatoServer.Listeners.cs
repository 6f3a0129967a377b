using Grpc.AspNetCore.Server.Model;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Prometheus;
using Rubato.Commands;
using Rubato.Configuration.Options;
using Rubato.Query.Api;
using Rubato.Query.Api.Streaming;
using Rubato.Web.Hosting;

namespace Rubato.Server;

/// <summary>The ports that answer questions: HTTP, and gRPC.</summary>
internal sealed partial class RubatoServer
{
    private (ListenerHost, ListenEndpoint) HttpListener()
    {
        var endpoint = new ListenEndpoint(_config.Server.HttpListenAddress, _config.Server.HttpListenPort);
        return (ListenerHost.Create(
            HttpGate(), endpoint, HttpProtocols.Http1, _loggers,
            kestrel =>
            {
                kestrel.Limits.KeepAliveTimeout = _config.Server.HttpServerIdleTimeout;
                kestrel.Limits.MaxRequestLineSize = 256 * 1024;
                kestrel.Limits.MaxRequestBufferSize = 1024 * 1024;
            },
            AddHttpServices,
            MapHttp,
            _config.StreamOverHttpEnabled ? _sharedPort.Sort : null,
            Tls(TlsOf(_config.Server.HttpTlsConfig, "server.http_tls_config"))), endpoint);
    }

    /// <summary>The half of the HTTP port that speaks HTTP/2: gRPC, and everything else too.</summary>
    private ListenerHost Http2OfHttpPort() => ListenerHost.Create(
        Http2OfHttpGate(), new ListenEndpoint("127.0.0.1", 0), HttpProtocols.Http2, _loggers, ConfigureQueryGrpc,
        services =>
        {
            services.AddSingleton<IConnectionListenerFactory>(_sharedPort);
            AddQueryGrpc(services);
            AddHttpServices(services);
        },
        app =>
        {
            app.MapGrpcService<QueryApi>();
            app.MapGrpcService<HealthServiceImpl>();
            MapHttp(app);
        });

    private void MapHttp(WebApplication app)
    {
        var status = new StatusRoutes(_result, _state, FlushAsync, () => _shutdownAsked.TrySetResult())
        {
            RuntimeConfig = _ => RuntimeConfigText(),
        };
        if (HasWebUi) WebUi.UseInProcessApi(app);
        Cors.Use(app, _config.Server.Cors);
        UseAuth(app, "http", NeedOf);
        app.UseRouting();
        app.Use(RequestMetrics.Middleware(_time));
        status.Map(app, _config.HttpApiPrefix);
        _queryApi!.Map(app, _config.HttpApiPrefix);
        MapUserOverrides(app);
        MapStatus(app);
        if (_config.Server.RegisterInstrumentation) app.MapMetrics("/metrics");
        // Not a fallback route: that would match every method, and a wrong one would be 404 instead of 405.
        app.UseEndpoints(_ => { });
        app.Run(HasWebUi ? WebUi.Build(app, _config.HttpApiPrefix, NotFoundAsync) : NotFoundAsync);
    }

    private (ListenerHost, ListenEndpoint) GrpcListener()
    {
        var endpoint = new ListenEndpoint(_config.Server.GrpcListenAddress, _config.Server.GrpcListenPort);
        return (ListenerHost.Create(
            GrpcGate(), endpoint, HttpProtocols.Http2, _loggers, ConfigureQueryGrpc,
            AddQueryGrpc,
            app =>
            {
                UseAuth(app, "grpc", NeedOf);
                app.UseRouting();
                app.Use(RequestMetrics.Middleware(_time));
                app.MapGrpcService<QueryApi>();
                app.MapGrpcService<HealthServiceImpl>();
                app.UseEndpoints(_ => { });
                app.Run(NotFoundAsync);
            },
            tls: Tls(TlsOf(_config.Server.GrpcTlsConfig, "server.grpc_tls_config"))), endpoint);
    }

    private void ConfigureQueryGrpc(KestrelServerOptions kestrel)
    {
        if (_config.Server.GrpcServerMaxConcurrentStreams > 0) kestrel.Limits.Http2.MaxStreamsPerConnection = _config.Server.GrpcServerMaxConcurrentStreams;
        // Kestrel takes a second at least.
        if (_config.Server.GrpcServerKeepaliveTime >= TimeSpan.FromSeconds(1)) kestrel.Limits.Http2.KeepAlivePingDelay = _config.Server.GrpcServerKeepaliveTime;
        if (_config.Server.GrpcServerKeepaliveTimeout >= TimeSpan.FromSeconds(1)) kestrel.Limits.Http2.KeepAlivePingTimeout = _config.Server.GrpcServerKeepaliveTimeout;
    }

    private void AddQueryGrpc(IServiceCollection services)
    {
        services.AddGrpc(o => o.MaxReceiveMessageSize = _config.Server.GrpcServerMaxRecvMsgSize);
        services.AddSingleton(_queryApi!);
        services.AddSingleton(_health.Service);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<QueryApi>, StreamingQuerierMethods>());
    }

    /// <summary>Pages need their files, which a test that hosts the server itself does not have beside it.</summary>
    private bool HasWebUi => _config.Server.WebUi && WebUi.IsAvailable;

    private void AddHttpServices(IServiceCollection services)
    {
        Cors.AddQuery(services, _config.Server.Cors);
        if (!HasWebUi) return;
        services.AddSingleton(_time);
        WebUi.AddServices(services, new WebUiOptions
        {
            ApiPrefix = _config.HttpApiPrefix,
            MultitenancyEnabled = _config.MultitenancyEnabled,
            MaxFileBytes = _config.QueryFrontend.MaxConvertBytes,
            Version = ServerCommand.Version,
        });
    }

    private static Task NotFoundAsync(HttpContext http)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return PlainText.WriteAsync(http, StatusCodes.Status404NotFound, "404 page not found\n");
    }
}
