using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Sdks;

/// <summary>Spans of the unmodified OpenTelemetry .NET SDK arrive whole and are found by id, by TraceQL, by legacy tags and in the tag lists.</summary>
public sealed class DotNetSdkTests(SharedServer shared)
{
    private readonly RubatoProcess _server = shared.Server;

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Spans_of_the_sdk_are_found_in_every_way(OtlpExportProtocol protocol)
    {
        var service = "dotnet-" + protocol.ToString().ToLowerInvariant();
        var (traceId, spanId) = Send(protocol, service);

        foreach (var (form, spans) in await _server.Api.TraceInEveryFormAsync(traceId))
        {
            Assert.True(spans.Count == 2, $"{form}: {spans.Count} spans");
            var child = Assert.Single(spans, s => s.SpanId == spanId);
            Assert.Equal(service, child.Service);
            Assert.Equal("SELECT orders", child.Span.Name);
            Assert.Equal(Otlp.Span.Types.SpanKind.Client, child.Span.Kind);
            Assert.Equal(Otlp.Status.Types.StatusCode.Error, child.Span.Status.Code);
            Assert.Equal("no such table", child.Span.Status.Message);
            Assert.Equal("orders", child.Span.Attributes.Single(a => a.Key == "db.table").Value.StringValue);
            Assert.Equal(3, child.Span.Attributes.Single(a => a.Key == "db.rows").Value.IntValue);
            Assert.Equal(0.25, child.Span.Attributes.Single(a => a.Key == "db.load").Value.DoubleValue);
            Assert.True(child.Span.Attributes.Single(a => a.Key == "db.cached").Value.BoolValue);
            Assert.Equal(["a", "b"], child.Span.Attributes.Single(a => a.Key == "db.shards").Value.ArrayValue.Values.Select(v => v.StringValue));
            Assert.Equal("retry", Assert.Single(child.Span.Events).Name);
            Assert.Equal("rubato.dotnet", child.Scope.Name);
            Assert.Equal("1.2.3", child.Scope.Version);
            Assert.Equal(spans.Single(s => s.SpanId != spanId).Span.SpanId, child.Span.ParentSpanId);
        }

        Assert.Equal([traceId], await _server.Api.SearchIdsAsync($$"""{ resource.service.name = "{{service}}" && span.db.rows > 2 && status = error }"""));
        var legacy = await _server.Api.JsonAsync($"/api/search?tags={Uri.EscapeDataString($"service.name={service} db.table=orders")}&{TempoApi.WideRange()}");
        Assert.Equal(traceId, Assert.Single(legacy.GetProperty("traces").EnumerateArray()).GetProperty("traceID").GetString()!.PadLeft(32, '0'));

        var range = TempoApi.WideRange();
        Assert.Contains("db.table", await _server.Api.TextAsync("/api/search/tags?" + range), StringComparison.Ordinal);
        Assert.Contains("db.table", await _server.Api.TextAsync("/api/v2/search/tags?scope=span&" + range), StringComparison.Ordinal);
        Assert.Contains($"\"{service}\"", await _server.Api.TextAsync("/api/search/tag/service.name/values?" + range), StringComparison.Ordinal);
        Assert.Contains($$"""{"type":"string","value":"{{service}}"}""", await _server.Api.TextAsync("/api/v2/search/tag/resource.service.name/values?" + range), StringComparison.Ordinal);
    }

    private (string TraceId, string SpanId) Send(OtlpExportProtocol protocol, string service)
    {
        using var source = new ActivitySource("rubato.dotnet", "1.2.3");
        string traceId, spanId;
        using (var provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(source.Name)
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService(service, autoGenerateServiceInstanceId: false))
            .AddOtlpExporter(o =>
            {
                o.Protocol = protocol;
                o.Endpoint = protocol == OtlpExportProtocol.Grpc ? _server.OtlpGrpcAddress : new Uri(_server.OtlpHttpAddress, "/v1/traces");
            })
            .Build())
        {
            using (var root = source.StartActivity("GET /orders", ActivityKind.Server)!)
            using (var child = source.StartActivity("SELECT orders", ActivityKind.Client)!)
            {
                child.SetTag("db.table", "orders");
                child.SetTag("db.rows", 3);
                child.SetTag("db.load", 0.25);
                child.SetTag("db.cached", true);
                child.SetTag("db.shards", new[] { "a", "b" });
                child.AddEvent(new ActivityEvent("retry"));
                child.SetStatus(ActivityStatusCode.Error, "no such table");
                (traceId, spanId) = (child.TraceId.ToHexString(), child.SpanId.ToHexString());
            }

            Assert.True(provider.ForceFlush(30_000), "the SDK could not export");
        }

        return (traceId, spanId);
    }
}
