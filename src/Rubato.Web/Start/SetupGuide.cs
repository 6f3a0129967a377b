using Rubato.Web.Status;

namespace Rubato.Web.Start;

/// <summary>How to send traces from one kind of program.</summary>
/// <param name="Key">In the address of the page.</param>
/// <param name="Text">To be copied; works as it is but for the name of the service.</param>
/// <param name="Note">What else is to be known; may be empty.</param>
public sealed record Setup(string Key, string Name, string Text, string Note);

/// <summary>Set-up to copy, with the addresses that this server has and the tenant that was chosen.</summary>
public sealed class SetupGuide
{
    private readonly string _tenant;

    /// <param name="listeners">Of the server's status.</param>
    /// <param name="host">As the browser reaches the server: for listeners on every interface.</param>
    /// <param name="tenant">Empty for none.</param>
    public SetupGuide(IReadOnlyList<NamedAddress> listeners, string host, string tenant)
    {
        _tenant = tenant;
        Grpc = AddressOf("otlp-grpc");
        Http = AddressOf("otlp-http");

        string? AddressOf(string kind) => listeners.FirstOrDefault(l => l.Name == kind || l.Name.StartsWith(kind + " (", StringComparison.Ordinal)) is { } found ? Reachable(found.Address, host) : null;
    }

    /// <summary>Null where nothing listens.</summary>
    public string? Grpc { get; }

    public string? Http { get; }

    public bool HasReceiver => Grpc is not null || Http is not null;

    private bool UsesHttp => Http is not null;

    private string Endpoint => Http ?? Grpc ?? "http://127.0.0.1:4318";

    private string Protocol => UsesHttp ? "http/protobuf" : "grpc";

    private bool HasTenant => _tenant.Length > 0;

    public IReadOnlyList<Setup> All =>
    [
        new("dotnet-client", ".NET", DotNetClient, "Needs .NET 10. Settings can come from the section Rubato of the configuration instead."),
        new("dotnet", ".NET (OpenTelemetry)", DotNet, ""),
        new("java", "Java", Java, "Any Java 8 or later; the agent instruments servers, clients and databases by itself."),
        new("go", "Go", Go, "Reads the variables above; wrap handlers with otelhttp to get spans."),
        new("python", "Python", Python, ""),
        new("node", "Node.js", Node, ""),
        new("collector", "Collector", Collector, "Add it to the configuration that you have; other exporters stay."),
        new("curl", "curl", Curl, "One span by hand."),
    ];

    /// <summary>An address of every interface is none that a program can send to.</summary>
    internal static string Reachable(string address, string host)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri)) return address;
        return uri.Host is "0.0.0.0" or "[::]" or "::" ? new UriBuilder(uri) { Host = host }.Uri.GetLeftPart(UriPartial.Authority) : uri.GetLeftPart(UriPartial.Authority);
    }

    private string Variables => $"""
        export OTEL_SERVICE_NAME=my-service
        export OTEL_EXPORTER_OTLP_ENDPOINT={Endpoint}
        export OTEL_EXPORTER_OTLP_PROTOCOL={Protocol}
        export OTEL_METRICS_EXPORTER=none OTEL_LOGS_EXPORTER=none{(HasTenant ? $"\nexport OTEL_EXPORTER_OTLP_HEADERS=\"x-scope-orgid={Uri.EscapeDataString(_tenant)}\"" : "")}
        """;

    private string DotNetClient => $$"""
        dotnet add package Rubato.Client.AspNetCore

        // Program.cs
        using Rubato.Client.AspNetCore;

        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        builder.AddRubatoTracing(options =>
        {
            options.ServiceName = "my-service";
            options.Endpoint = "{{Grpc ?? Endpoint}}";{{(HasTenant ? $"\n    options.Tenant = \"{_tenant}\";" : "")}}
        });
        WebApplication app = builder.Build();
        app.UseRubatoTracing();
        app.MapGet("/", () => "hello");
        app.Run();
        """;

    private string DotNet => $$"""
        dotnet add package OpenTelemetry.Extensions.Hosting
        dotnet add package OpenTelemetry.Instrumentation.AspNetCore
        dotnet add package OpenTelemetry.Exporter.OpenTelemetryProtocol

        // Program.cs
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("my-service"))
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation()
                .AddOtlpExporter(exporter =>
                {
                    exporter.Endpoint = new Uri("{{(UsesHttp ? Endpoint + "/v1/traces" : Endpoint)}}");
                    exporter.Protocol = OtlpExportProtocol.{{(UsesHttp ? "HttpProtobuf" : "Grpc")}};{{(HasTenant ? $"\n            exporter.Headers = \"x-scope-orgid={Uri.EscapeDataString(_tenant)}\";" : "")}}
                }));
        """;

    private string Java => $"""
        curl -LO https://github.com/open-telemetry/opentelemetry-java-instrumentation/releases/latest/download/opentelemetry-javaagent.jar
        {Variables}
        java -javaagent:opentelemetry-javaagent.jar -jar app.jar
        """;

    private string Go => $$"""
        {{Variables}}
        go get go.opentelemetry.io/otel/sdk go.opentelemetry.io/otel/exporters/otlp/otlptrace/{{(UsesHttp ? "otlptracehttp" : "otlptracegrpc")}}

        // main.go
        exporter, err := {{(UsesHttp ? "otlptracehttp" : "otlptracegrpc")}}.New(ctx)
        if err != nil {
            log.Fatal(err)
        }
        provider := trace.NewTracerProvider(trace.WithBatcher(exporter))
        defer provider.Shutdown(ctx)
        otel.SetTracerProvider(provider)
        """;

    private string Python => $"""
        pip install opentelemetry-distro opentelemetry-exporter-otlp
        opentelemetry-bootstrap -a install
        {Variables}
        opentelemetry-instrument python app.py
        """;

    private string Node => $"""
        npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node
        {Variables}
        export NODE_OPTIONS="--require @opentelemetry/auto-instrumentations-node/register"
        node app.js
        """;

    private string Collector => $"""
        exporters:
          {(UsesHttp ? "otlphttp" : "otlp")}/rubato:
            endpoint: {Endpoint}{(UsesHttp ? "" : "\n    tls: { insecure: true }")}{(HasTenant ? $"\n    headers: {{ X-Scope-OrgID: \"{_tenant}\" }}" : "")}
        service:
          pipelines:
            traces:
              receivers: [otlp]
              exporters: [{(UsesHttp ? "otlphttp" : "otlp")}/rubato]
        """;

    private string Curl => $$$"""
        now=$(date +%s)
        curl -s {{{Http ?? "http://127.0.0.1:4318"}}}/v1/traces -H 'Content-Type: application/json'{{{(HasTenant ? $" -H 'X-Scope-OrgID: {_tenant.Replace("'", "'\\''", StringComparison.Ordinal)}'" : "")}}} -d '{"resourceSpans":[{
          "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"my-service"}}]},
          "scopeSpans":[{"spans":[{"traceId":"'$(openssl rand -hex 16)'","spanId":"'$(openssl rand -hex 8)'","name":"hello","kind":2,
            "startTimeUnixNano":"'$now'000000000","endTimeUnixNano":"'$now'120000000"}]}]}]}'
        """;
}
