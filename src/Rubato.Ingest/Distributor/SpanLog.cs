using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;

namespace Rubato.Ingest.Distributor;

/// <summary>
/// One line for each span of a request (<c>log_received_spans</c>, <c>log_discarded_spans</c>). For debugging only: decodes the request once more and makes an object of each
/// span. Line breaks and quotes of values are left to the log's encoder.
/// </summary>
internal sealed partial class SpanLog(string verb, SpanLogOptions options, ILogger logger)
{
    public async ValueTask WriteAsync(TenantId tenant, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        if (!options.IsEnabled) return;
        var builder = new SpanBatchBuilder(new BatchLimits());
        var all = default(AcceptAllSpans);
        OtlpReader.Read(request.Span, builder, ref all);
        if (builder.SpanCount == 0) return;
        var segment = new BatchSegment(builder.Snapshot());
        var rows = RowSet.Of([.. Enumerable.Range(0, builder.SpanCount)]);
        foreach (var span in await SpanReader.ReadAsync(segment, rows, new ScanContext(cancellationToken)))
        {
            if (options.FilterByStatusError && span.StatusCode != StatusCode.Error) continue;
            Log(logger, verb, tenant.Value, span.SpanId.ToString(), span.TraceId.ToString(), options.IncludeAllAttributes ? Details(span) : "");
        }
    }

    private static string Details(Span span)
    {
        var text = new StringBuilder();
        Add(text, "name", span.Name);
        Add(text, "service", span.Resource.Attributes.FirstOrDefault(a => a.Key == "service.name").Value?.ToString() ?? "");
        Add(text, "duration", ((span.EndUnixNano - span.StartUnixNano) / 1e9).ToString(CultureInfo.InvariantCulture));
        Add(text, "kind", span.Kind.ToString());
        Add(text, "status", span.StatusCode.ToString());
        foreach (var (key, value) in span.Resource.Attributes.Concat(span.Attributes)) Add(text, "span_" + Sanitised(key), value.ToString() ?? "");
        return text.ToString();
    }

    private static string Sanitised(string key) => string.Create(key.Length, key, static (to, from) =>
    {
        for (var i = 0; i < to.Length; i++) to[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
    });

    private static void Add(StringBuilder text, string key, string value) => text.Append(' ').Append(key).Append('=').Append('"').Append(value.Replace('"', '\'')).Append('"');

    [LoggerMessage(EventId = 2203, EventName = "Span", Level = LogLevel.Information, Message = "{Verb} tenant={Tenant} spanid={SpanId} traceid={TraceId}{Details}")]
    private static partial void Log(ILogger logger, string verb, string tenant, string spanId, string traceId, string details);
}
