namespace Rubato.Model.Spans;

/// <summary>OTLP span kind (opentelemetry.proto.trace.v1.Span.SpanKind). Unknown numbers are kept as they are.</summary>
public enum SpanKind
{
    Unspecified = 0,
    Internal = 1,
    Server = 2,
    Client = 3,
    Producer = 4,
    Consumer = 5,
}
