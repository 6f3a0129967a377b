using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Rubato.Client;
using Xunit;

namespace Rubato.UnitTests.Client;

public sealed class DebugExporterTests
{
    [Theory]
    [InlineData(ExportResult.Success, @"^\[INFO\] Successfully exported 1 spans in \d+\.\d ms$")]
    [InlineData(ExportResult.Failure, @"^\[ERROR\] Failed to export 1 spans in \d+\.\d ms: the exporter gave no reason$")]
    public void Export_WritesALineAndPassesTheResultOn(ExportResult result, string expected)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var inner = new FixedExporter(result);
        using (TracerProvider provider = Sdk.CreateTracerProviderBuilder().AddSource("debug-exporter-tests").SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("named"))
            .AddProcessor(new SimpleActivityExportProcessor(new DebugExporter(inner, output))).Build())
        {
            using var source = new ActivitySource("debug-exporter-tests");
            source.StartActivity("x")!.Dispose();
        }

        Assert.Matches(expected, output.ToString().TrimEnd('\n'));
        Assert.Equal("named", inner.Service);
        Assert.Equal(1, inner.Shutdowns);
    }

    [Fact]
    public void Export_Exception_IsWrittenAndPassedOn()
    {
        using var output = new StringWriter();
        var exporter = new DebugExporter(new FixedExporter(null), output);
        using var span = new Activity("x");

        Assert.Throws<InvalidOperationException>(() => exporter.Export(new Batch<Activity>([span], 1)));
        Assert.Contains("Failed to export 1 spans", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("thrown", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Export_SlowFailureWithoutReason_IsCalledATimeout()
    {
        using var output = new StringWriter();
        var exporter = new DebugExporter(new FixedExporter(ExportResult.Failure), output) { ExportTimeout = TimeSpan.Zero };
        exporter.Export(default);
        Assert.Contains("export timeout", output.ToString(), StringComparison.Ordinal);
    }

    private sealed class FixedExporter(ExportResult? result) : BaseExporter<Activity>
    {
        public object? Service { get; private set; }

        public int Shutdowns { get; private set; }

        public override ExportResult Export(in Batch<Activity> batch)
        {
            Service = ParentProvider?.GetResource().Attributes.FirstOrDefault(a => a.Key == "service.name").Value;
            return result ?? throw new InvalidOperationException("thrown");
        }

        protected override bool OnShutdown(int timeoutMilliseconds)
        {
            Shutdowns++;
            return true;
        }
    }
}
