using Rubato.Configuration.Options;
using Rubato.Configuration.Schema;

namespace Rubato.Configuration;

/// <summary>
/// <c>distributor.receivers</c>: which ports take spans. A receiver or protocol is started when its key is there, with or without a value,
/// and may come several times under names of its own (<c>jaeger/second</c>).
/// </summary>
internal static class ReceiverBinder
{
    public const string Receivers = "distributor.receivers";

    public static void Describe(SchemaSection receivers, string defaultAddress)
    {
        var defaults = new Defaults(defaultAddress);
        OptionsSchema.Describe(defaults.OtlpGrpc(), receivers.Section("otlp.protocols.grpc"));
        OptionsSchema.Describe(defaults.OtlpHttp(), receivers.Section("otlp.protocols.http"));
        OptionsSchema.Describe(defaults.JaegerGrpc(), receivers.Section("jaeger.protocols.grpc"));
        OptionsSchema.Describe(defaults.JaegerThriftHttp(), receivers.Section("jaeger.protocols.thrift_http"));
        OptionsSchema.Describe(defaults.JaegerThriftCompact(), receivers.Section("jaeger.protocols.thrift_compact"));
        OptionsSchema.Describe(defaults.JaegerThriftBinary(), receivers.Section("jaeger.protocols.thrift_binary"));
        OptionsSchema.Describe(defaults.Zipkin("zipkin"), receivers.Section("zipkin"));
        OptionsSchema.Describe(defaults.OpenCensus("opencensus"), receivers.Section("opencensus"));
    }

    public static void Bind(DistributorOptions distributor, ConfigValues values, string defaultAddress, ConfigProblems problems)
    {
        var defaults = new Defaults(defaultAddress);
        if (!values.HasSection(Receivers))
        {
            // The address itself, not a name for it: localhost would listen on ::1 too.
            distributor.OtlpReceivers =
            [
                new OtlpReceiverOptions
                {
                    Name = "otlp",
                    Grpc = new OtlpGrpcReceiverOptions { Endpoint = new ListenEndpoint(defaultAddress, DefaultAddresses.OtlpGrpcPort) },
                    Http = new OtlpHttpReceiverOptions { Endpoint = new ListenEndpoint(defaultAddress, DefaultAddresses.OtlpHttpPort) },
                },
            ];
            return;
        }

        var binder = new Binder(values, problems, WarnsOfLoopback: defaultAddress == DefaultAddresses.Loopback);
        distributor.OtlpReceivers = [.. Named(values, "otlp").Select(name => binder.Checked(name, new OtlpReceiverOptions
        {
            Name = name,
            Grpc = binder.Protocol(name, "grpc", defaults.OtlpGrpc, o => o.Endpoint),
            Http = binder.Protocol(name, "http", defaults.OtlpHttp, o => o.Endpoint),
        }, o => o.Grpc is not null || o.Http is not null, "grpc: or http:"))];
        distributor.JaegerReceivers = [.. Named(values, "jaeger").Select(name => binder.Checked(name, new JaegerReceiverOptions
        {
            Name = name,
            Grpc = binder.Protocol(name, "grpc", defaults.JaegerGrpc, o => o.Endpoint),
            ThriftHttp = binder.Protocol(name, "thrift_http", defaults.JaegerThriftHttp, o => o.Endpoint),
            ThriftCompact = binder.Protocol(name, "thrift_compact", defaults.JaegerThriftCompact, o => o.Endpoint),
            ThriftBinary = binder.Protocol(name, "thrift_binary", defaults.JaegerThriftBinary, o => o.Endpoint),
        }, o => o.Grpc is not null || o.ThriftHttp is not null || o.ThriftCompact is not null || o.ThriftBinary is not null,
            "grpc:, thrift_http:, thrift_compact: or thrift_binary:"))];
        distributor.ZipkinReceivers = [.. Named(values, "zipkin").Select(name => binder.Bound($"{Receivers}.{name}", defaults.Zipkin(name), o => o.Endpoint))];
        distributor.OpenCensusReceivers = [.. Named(values, "opencensus").Select(name => binder.Bound($"{Receivers}.{name}", defaults.OpenCensus(name), o => o.Endpoint))];
    }

    private static IEnumerable<string> Named(ConfigValues values, string kind) =>
        values.SectionsUnder(Receivers).Where(name => name == kind || name.StartsWith(kind + "/", StringComparison.Ordinal));

    private sealed record Binder(ConfigValues Values, ConfigProblems Problems, bool WarnsOfLoopback)
    {
        /// <summary>Null where the protocol's key is not there.</summary>
        public T? Protocol<T>(string receiver, string protocol, Func<T> defaults, Func<T, ListenEndpoint> endpoint)
            where T : class
        {
            var path = $"{Receivers}.{receiver}.protocols.{protocol}";
            return Values.HasSection(path) ? Bound(path, defaults(), endpoint) : null;
        }

        public T Bound<T>(string path, T options, Func<T, ListenEndpoint> endpoint)
            where T : class
        {
            OptionsBinder.Bind(options, Values, path);
            if (!Values.Contains(path + ".endpoint") && WarnsOfLoopback)
                Problems.Warnings.Add(At(path, $"has no endpoint, so it listens on {endpoint(options)}, on this machine only"));
            return options;
        }

        public T Checked<T>(string receiver, T options, Func<T, bool> hasProtocol, string protocols)
        {
            if (!hasProtocol(options))
                Problems.Errors.Add(At($"{Receivers}.{receiver}", $"names no protocol; add protocols: with {protocols}"));
            return options;
        }

        private ConfigProblem At(string key, string message) => new(Values.File, Values.Origin(key).Line, key, message);
    }

    /// <summary>Options as they are where the file says nothing.</summary>
    private sealed class Defaults(string address)
    {
        // localhost is IPv4 and IPv6.
        private readonly string _host = address == DefaultAddresses.Loopback ? "localhost" : address;

        public OtlpGrpcReceiverOptions OtlpGrpc() => new() { Endpoint = new ListenEndpoint(_host, DefaultAddresses.OtlpGrpcPort) };

        public OtlpHttpReceiverOptions OtlpHttp() => new() { Endpoint = new ListenEndpoint(_host, DefaultAddresses.OtlpHttpPort) };

        public OtlpGrpcReceiverOptions JaegerGrpc() => new() { Endpoint = new ListenEndpoint(_host, DefaultAddresses.JaegerGrpcPort) };

        public ThriftHttpReceiverOptions JaegerThriftHttp() => new() { Endpoint = new ListenEndpoint(_host, DefaultAddresses.JaegerThriftHttpPort) };

        public ThriftUdpReceiverOptions JaegerThriftCompact() => new() { Endpoint = new ListenEndpoint(_host, DefaultAddresses.JaegerThriftCompactPort) };

        public ThriftUdpReceiverOptions JaegerThriftBinary() => new() { Endpoint = new ListenEndpoint(_host, DefaultAddresses.JaegerThriftBinaryPort) };

        public ZipkinReceiverOptions Zipkin(string name) => new() { Name = name, Endpoint = new ListenEndpoint(_host, DefaultAddresses.ZipkinPort) };

        public OpenCensusReceiverOptions OpenCensus(string name) => new() { Name = name, Endpoint = new ListenEndpoint(_host, DefaultAddresses.OpenCensusPort) };
    }
}
