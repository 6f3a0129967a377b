using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using OpenTelemetry;

namespace Rubato.Client;

/// <summary>
/// Writes a line for every request of the exporter that it wraps: <c>[INFO] Successfully exported 12 spans in 3.1 ms</c> or
/// <c>[ERROR] Failed to export 12 spans in 30012.4 ms: export timeout: ...</c>. The result is passed on as it is.
/// </summary>
public sealed class DebugExporter : BaseExporter<Activity>
{
    private readonly BaseExporter<Activity> _inner;
    private readonly TextWriter _output;
    private bool _attached;

    /// <summary>Wraps an exporter, which it owns from now on.</summary>
    /// <param name="inner">Any exporter of spans.</param>
    /// <param name="output">Where lines go; null: standard error.</param>
    public DebugExporter(BaseExporter<Activity> inner, TextWriter? output = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        _output = output ?? Console.Error;
    }

    /// <summary>A request that failed and took at least that long is called <c>export timeout</c> where the exporter gives no reason.</summary>
    /// <value>30 seconds</value>
    public TimeSpan ExportTimeout { get; init; } = TracingDefaults.ExportTimeout;

    /// <inheritdoc/>
    public override ExportResult Export(in Batch<Activity> batch)
    {
        Attach();
        long spans = batch.Count;
        var clock = Stopwatch.StartNew();
        string? thrown = null;
        ExportResult result = ExportResult.Failure;
        try
        {
            result = _inner.Export(batch);
            return result;
        }
        catch (Exception e)
        {
            thrown = e.Message;
            throw;
        }
        finally
        {
            string duration = string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalMilliseconds:F1} ms");
            _output.WriteLine(result == ExportResult.Success
                ? $"[INFO] Successfully exported {spans} spans in {duration}"
                : $"[ERROR] Failed to export {spans} spans in {duration}: {thrown ?? (clock.Elapsed >= ExportTimeout ? "export timeout" : "the exporter gave no reason")}");
        }
    }

    /// <inheritdoc/>
    protected override bool OnForceFlush(int timeoutMilliseconds)
    {
        Attach();
        return _inner.ForceFlush(timeoutMilliseconds);
    }

    /// <inheritdoc/>
    protected override bool OnShutdown(int timeoutMilliseconds) => _inner.Shutdown(timeoutMilliseconds);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// Exporters read their resource from the provider that they belong to, and only the SDK can say which that is: a wrapped one would send spans without
    /// <c>service.name</c>. A test fails when a later SDK names this differently; spans go out all the same.
    /// </summary>
    [DynamicDependency("set_ParentProvider", typeof(BaseExporter<>))]
    private void Attach()
    {
        if (_attached || ParentProvider is not { } provider)
        {
            return;
        }

        _attached = true;
        try
        {
            Attaching<Activity>.SetParentProvider(_inner, provider);
        }
        catch (MissingMethodException)
        {
            _output.WriteLine("[ERROR] this version of OpenTelemetry does not let a wrapped exporter know its resource: spans lack service.name");
        }
    }

    // Generic as the property's own class is: the runtime wants the type parameters to match.
    private static class Attaching<T>
        where T : class
    {
        [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_ParentProvider")]
        public static extern void SetParentProvider(BaseExporter<T> exporter, BaseProvider? provider);
    }
}
