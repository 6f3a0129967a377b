namespace Rubato.Model.Spans;

/// <summary>OTLP status code (opentelemetry.proto.trace.v1.Status.StatusCode). Unknown numbers are kept as they are.</summary>
public enum StatusCode
{
    Unset = 0,
    Ok = 1,
    Error = 2,
}
