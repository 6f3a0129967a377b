using Rubato.Model.Otlp;
using Rubato.Model.Spans;

namespace Rubato.Web.Files;

/// <summary>One trace of a file that was opened: what tells it from the others, and its spans.</summary>
/// <param name="Title">Service and name of its root, or of its first span where the root is missing.</param>
internal sealed record OpenedTrace(string Id, string Title, DateTimeOffset Start, long DurationNano, int Errors, IReadOnlyList<Span> Spans)
{
    private const string NoService = "(no service)";

    /// <param name="otlp">A protobuf <c>TracesData</c>, as the server makes it of a file.</param>
    /// <returns>In the order of the file.</returns>
    public static IReadOnlyList<OpenedTrace> Of(ReadOnlySpan<byte> otlp) => [.. OtlpReader.ReadSpans(otlp).GroupBy(span => span.TraceId).Select(trace => Of(trace.Key, [.. trace]))];

    /// <summary>The trace alone, as trace by id would answer it.</summary>
    public byte[] ToOtlp() => OtlpWriter.Write(Spans);

    private static OpenedTrace Of(TraceId id, IReadOnlyList<Span> spans)
    {
        var first = spans.MinBy(span => (!span.ParentSpanId.IsZero, span.StartUnixNano))!;
        var service = first.Resource.Attributes.FirstOrDefault(a => a is { Key: "service.name", Value.Kind: AttributeKind.String }).Value?.AsString;
        var (start, end) = (spans.Min(span => span.StartUnixNano), spans.Max(span => Math.Max(span.StartUnixNano, span.EndUnixNano)));
        return new OpenedTrace(
            id.ToString(), $"{(string.IsNullOrEmpty(service) ? NoService : service)}: {first.Name}", DateTimeOffset.UnixEpoch.AddTicks((long)(start / 100)),
            (long)Math.Min(end - start, long.MaxValue), spans.Count(span => span.StatusCode == StatusCode.Error), spans);
    }
}
