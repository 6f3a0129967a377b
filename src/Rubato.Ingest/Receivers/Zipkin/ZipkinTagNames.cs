namespace Rubato.Ingest.Receivers.Zipkin;

/// <summary>Tags with a meaning (spec/wire-formats.md 5.4).</summary>
internal static class ZipkinTagNames
{
    public static ReadOnlySpan<byte> ScopeName => "otel.library.name"u8;

    public static ReadOnlySpan<byte> ScopeVersion => "otel.library.version"u8;

    public static ReadOnlySpan<byte> ServiceNameSource => "otlp.service.name.source"u8;

    public static ReadOnlySpan<byte> Kind => "span.kind"u8;

    public static ReadOnlySpan<byte> TraceState => "w3c.tracestate"u8;

    public static ReadOnlySpan<byte> StatusCode => "otel.status_code"u8;

    public static ReadOnlySpan<byte> StatusMessage => "otel.status_description"u8;

    public static ReadOnlySpan<byte> Error => "error"u8;

    public static ReadOnlySpan<byte> LinkPrefix => "otlp.link."u8;

    public static ReadOnlySpan<byte> AbsentStart => "otel.zipkin.absentField.startTime"u8;

    /// <summary>Whether a tag describes who sent the span, and so belongs to its resource.</summary>
    public static bool IsOfResource(ReadOnlySpan<byte> key)
    {
        if (key.Length < 4) return false;
        return key[0] switch
        {
            (byte)'a' => key.StartsWith("aws.ecs."u8) || key.StartsWith("aws.eks."u8) || key.StartsWith("aws.log."u8),
            (byte)'c' => key.StartsWith("cloud."u8) || key.StartsWith("container."u8),
            (byte)'d' => key.StartsWith("device."u8) || key.SequenceEqual("deployment.environment"u8),
            (byte)'f' => key.StartsWith("faas."u8),
            (byte)'h' => key.StartsWith("host."u8),
            (byte)'k' => key.StartsWith("k8s."u8),
            (byte)'o' => key.StartsWith("os."u8) || key.SequenceEqual("opencensus.starttime"u8) || key.SequenceEqual("opencensus.exporterversion"u8)
                || key.SequenceEqual("opencensus.resourcetype"u8),
            (byte)'p' => key.StartsWith("process."u8),
            (byte)'s' => key.StartsWith("service."u8),
            (byte)'t' => key.StartsWith("telemetry.sdk."u8) || key.SequenceEqual("telemetry.auto.version"u8),
            (byte)'w' => key.StartsWith("webengine."u8),
            _ => false,
        };
    }

    /// <summary><c>otlp.link.0</c> to <c>otlp.link.127</c>.</summary>
    public static bool IsLink(ReadOnlySpan<byte> key) =>
        key.StartsWith(LinkPrefix) && System.Buffers.Text.Utf8Parser.TryParse(key[LinkPrefix.Length..], out byte number, out var read)
        && read == key.Length - LinkPrefix.Length && number < 128;
}
