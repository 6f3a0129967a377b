using Rubato.Configuration.Options;

namespace Rubato.Configuration;

/// <summary>What one receiver's key alone cannot tell: a port that two listeners want, a protocol that cannot name its tenant.</summary>
internal static class ReceiverValidator
{
    public static void Check(RubatoConfig config, ConfigValues values, Action<string, string> error, Action<string, string> warn)
    {
        // Two listeners on one port: found here, with both names, rather than by the second bind.
        var taken = new Dictionary<(int Port, bool IsUdp), string>();
        foreach (var (key, port, isUdp) in Listeners(config).Where(listener => listener.Port != 0))
        {
            if (!taken.TryAdd((port, isUdp), key))
                error(key, $"port {port} is taken by {taken[(port, isUdp)]} already");
        }

        foreach (var receiver in config.Distributor.OtlpReceivers)
        {
            if (receiver.Http is { } http && !http.TracesUrlPath.StartsWith('/'))
                error($"{ReceiverBinder.Receivers}.{receiver.Name}.protocols.http.traces_url_path", $"'{http.TracesUrlPath}' must begin with /");
        }

        foreach (var (key, http) in HttpReceivers(config.Distributor))
        {
            foreach (var (name, value) in http.ResponseHeaders.Where(header => !IsHeader(header.Key, header.Value)))
                error($"{key}.response_headers", $"'{name}: {value}' is no header: a name has letters, digits, - and _, a value only ASCII without line ends");
        }

        // Started without the check that somebody asked for, the port would be open to all.
        foreach (var (path, _) in values.EndingWith(".auth").Where(entry => IsOfServer(entry.Path)))
            error(path, "authenticators of the Collector are not available; server.auth asks for a login on every port");

        foreach (var receiver in config.Distributor.JaegerReceivers.Where(_ => config.Server.Auth is { File.Length: > 0, AllowUdp: false }))
        {
            if (receiver.ThriftCompact is not null || receiver.ThriftBinary is not null)
                error($"{ReceiverBinder.Receivers}.{receiver.Name}.protocols", "UDP packets carry no login, so server.auth would not hold there; remove thrift_compact and thrift_binary, or set server.auth.allow_udp");
        }

        foreach (var receiver in config.Distributor.JaegerReceivers.Where(_ => config.MultitenancyEnabled))
        {
            foreach (var protocol in new[] { receiver.ThriftCompact is null ? null : "thrift_compact", receiver.ThriftBinary is null ? null : "thrift_binary" }.OfType<string>())
                warn($"{ReceiverBinder.Receivers}.{receiver.Name}.protocols.{protocol}", "UDP packets name no tenant: with multitenancy_enabled all of them are dropped; use grpc or thrift_http");
        }
    }

    private static IEnumerable<(string Key, int Port, bool IsUdp)> Listeners(RubatoConfig config)
    {
        yield return ("server.http_listen_port", config.Server.HttpListenPort, false);
        yield return ("server.grpc_listen_port", config.Server.GrpcListenPort, false);
        foreach (var otlp in config.Distributor.OtlpReceivers)
        {
            if (otlp.Grpc is { } grpc) yield return Tcp(otlp.Name + ".protocols.grpc", grpc.Endpoint);
            if (otlp.Http is { } http) yield return Tcp(otlp.Name + ".protocols.http", http.Endpoint);
        }

        foreach (var jaeger in config.Distributor.JaegerReceivers)
        {
            if (jaeger.Grpc is { } grpc) yield return Tcp(jaeger.Name + ".protocols.grpc", grpc.Endpoint);
            if (jaeger.ThriftHttp is { } http) yield return Tcp(jaeger.Name + ".protocols.thrift_http", http.Endpoint);
            if (jaeger.ThriftCompact is { } compact) yield return Udp(jaeger.Name + ".protocols.thrift_compact", compact.Endpoint);
            if (jaeger.ThriftBinary is { } binary) yield return Udp(jaeger.Name + ".protocols.thrift_binary", binary.Endpoint);
        }

        foreach (var zipkin in config.Distributor.ZipkinReceivers) yield return Tcp(zipkin.Name, zipkin.Endpoint);
        foreach (var openCensus in config.Distributor.OpenCensusReceivers) yield return Tcp(openCensus.Name, openCensus.Endpoint);
    }

    private static IEnumerable<(string Key, HttpReceiverOptions Options)> HttpReceivers(DistributorOptions distributor)
    {
        const string at = ReceiverBinder.Receivers + ".";
        foreach (var otlp in distributor.OtlpReceivers)
        {
            if (otlp.Http is { } http) yield return (at + otlp.Name + ".protocols.http", http);
        }

        foreach (var jaeger in distributor.JaegerReceivers)
        {
            if (jaeger.ThriftHttp is { } http) yield return (at + jaeger.Name + ".protocols.thrift_http", http);
        }

        foreach (var zipkin in distributor.ZipkinReceivers) yield return (at + zipkin.Name, zipkin);
    }

    /// <summary>Kafka's is what we would say to it, not what others say to us.</summary>
    private static bool IsOfServer(string key) =>
        key.StartsWith(ReceiverBinder.Receivers + ".", StringComparison.Ordinal) && !key.StartsWith(ReceiverBinder.Receivers + ".kafka", StringComparison.Ordinal);

    private static bool IsHeader(string name, string value) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && value.All(c => c is >= ' ' and <= '~' or '\t');

    private static (string, int, bool) Tcp(string receiver, ListenEndpoint endpoint) => ($"{ReceiverBinder.Receivers}.{receiver}.endpoint", endpoint.Port, false);

    private static (string, int, bool) Udp(string receiver, ListenEndpoint endpoint) => ($"{ReceiverBinder.Receivers}.{receiver}.endpoint", endpoint.Port, true);
}
