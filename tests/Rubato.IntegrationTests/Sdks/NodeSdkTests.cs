using System.Diagnostics;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Sdks;

/// <summary>Spans of OpenTelemetry's SDK for Node arrive whole by each of its three exporters.</summary>
public sealed class NodeSdkTests(SharedServer shared)
{
    private readonly RubatoProcess _server = shared.Server;

    [Theory]
    [InlineData("http-json")]
    [InlineData("http-proto")]
    [InlineData("grpc")]
    public async Task Spans_of_the_sdk_are_found(string protocol)
    {
        Requires.NodeClients();
        var service = "node-" + protocol;
        var endpoint = protocol == "grpc" ? _server.OtlpGrpcAddress : _server.OtlpHttpAddress;
        var start = new ProcessStartInfo("node", ["send.js", protocol, endpoint.GetLeftPart(UriPartial.Authority), service])
        {
            WorkingDirectory = Requires.RepositoryFolder("tests", "integration-clients"),
        };
        var run = await ProcessRun.RunAsync(start, TimeSpan.FromSeconds(60));
        Assert.True(run.ExitCode == 0, run.Error);
        var traceId = run.Output.Trim();

        foreach (var (form, spans) in await _server.Api.TraceInEveryFormAsync(traceId))
        {
            Assert.True(spans.Count == 2, $"{form}: {spans.Count} spans");
            var root = Assert.Single(spans, s => s.Span.ParentSpanId.IsEmpty);
            var child = Assert.Single(spans, s => s.Span.ParentSpanId == root.Span.SpanId);
            Assert.All(spans, s => Assert.Equal(service, s.Service));
            Assert.Equal("POST /orders", root.Span.Name);
            Assert.Equal(500, root.Span.Attributes.Single(a => a.Key == "http.response.status_code").Value.IntValue);
            Assert.Equal(12.5, root.Span.Attributes.Single(a => a.Key == "app.price").Value.DoubleValue);
            Assert.True(root.Span.Attributes.Single(a => a.Key == "app.express").Value.BoolValue);
            Assert.Equal("żółw", root.Span.Attributes.Single(a => a.Key == "app.items").Value.ArrayValue.Values[2].StringValue);
            Assert.Equal(["retry", "exception"], child.Span.Events.Select(e => e.Name));
            Assert.Equal(root.Span.SpanId, Assert.Single(child.Span.Links).SpanId);
            Assert.Equal(Otlp.Status.Types.StatusCode.Error, child.Span.Status.Code);
            Assert.Equal("rubato-node", child.Scope.Name);
        }

        Assert.Equal([traceId], await _server.Api.SearchIdsAsync($$"""{ resource.service.name = "{{service}}" && kind = server && span.http.response.status_code = 500 }"""));
    }
}
