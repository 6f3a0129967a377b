using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Rubato.Configuration.Options;
using Rubato.Ingest.Receivers;

namespace Rubato.Server;

/// <summary>What the ports of receivers over HTTP have in common.</summary>
internal sealed partial class RubatoServer
{
    /// <param name="listener">The port's name, with the receiver's own where it has one.</param>
    /// <param name="protocol">The protocol's name, for logins.</param>
    /// <param name="key">Below <c>distributor.receivers</c>.</param>
    private ListenerHost HttpReceiver(string listener, string protocol, string key, HttpReceiverOptions http, ListenEndpoint endpoint, RequestDelegate handle) => ListenerHost.Create(
        ReceiverGate(listener, http), endpoint, HttpProtocols.Http1, _loggers,
        kestrel =>
        {
            kestrel.Limits.MaxRequestBufferSize = 1024 * 1024;
            if (http.IdleTimeout > TimeSpan.Zero) kestrel.Limits.KeepAliveTimeout = http.IdleTimeout;
        },
        services =>
        {
            services.AddSingleton<IMemoryPoolFactory<byte>, ReceiveBufferPoolFactory>();
            Cors.Add(services, http.Cors);
        },
        app =>
        {
            UseHeaders(app, http);
            Cors.Use(app, http.Cors);
            UseReceiverAuth(app, protocol);
            app.Run(handle);
        },
        tls: ReceiverTls(http.Tls, key));

    private static void UseHeaders(WebApplication app, HttpReceiverOptions http)
    {
        if (http.ResponseHeaders.Count == 0 && http.KeepAlivesEnabled) return;
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            foreach (var (name, value) in http.ResponseHeaders) context.Response.Headers[name] = value;
            if (!http.KeepAlivesEnabled) context.Response.Headers.Connection = "close";
            return next(context);
        });
    }
}
