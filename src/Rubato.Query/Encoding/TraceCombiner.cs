using Rubato.Model.Spans;

namespace Rubato.Query.Encoding;

/// <summary>
/// Puts the parts of one trace together (spec/http-api.md 3.3): spans that several stores have are kept once, span ids that
/// a Zipkin client and server share are told apart, and everything is put in a fixed order. Bounded by the tenant's limit for
/// one trace: spans beyond it are dropped, and <see cref="IsCut"/> says so.
/// </summary>
/// <param name="maxBytes">About as many OTLP bytes as the trace may have; 0 means no limit.</param>
internal sealed class TraceCombiner(long maxBytes = 0)
{
    // Ids, times and field headers of a span.
    private const int FixedSpanBytes = 64;
    private const int FixedAttributeBytes = 8;

    private readonly Dictionary<(SpanId Id, SpanKind Kind, ulong Start), Span> _spans = [];
    private readonly Dictionary<Resource, Resource> _resources = new(ContainerComparer.Instance);
    private readonly Dictionary<InstrumentationScope, InstrumentationScope> _scopes = new(ContainerComparer.Instance);
    private long _bytes;

    public int Count => _spans.Count;

    /// <summary>Spans were dropped because the trace is larger than allowed.</summary>
    public bool IsCut { get; private set; }

    public void Add(IEnumerable<Span> part)
    {
        foreach (var span in part)
        {
            if (_spans.ContainsKey((span.SpanId, span.Kind, span.StartUnixNano))) continue;
            var bytes = SizeOf(span);
            if (maxBytes > 0 && _bytes + bytes > maxBytes)
            {
                IsCut = true;
                continue;
            }

            _bytes += bytes;
            _spans.Add((span.SpanId, span.Kind, span.StartUnixNano), span);
        }
    }

    /// <summary>The whole trace. Spans of one resource and scope follow each other and share the Resource and Scope objects.</summary>
    public List<Span> Combine()
    {
        var spans = SplitSharedIds();
        return
        [
            .. spans
                .GroupBy(s => s.Resource)
                .Select(resource => resource
                    .GroupBy(s => s.Scope)
                    .Select(scope => scope.OrderBy(s => s.StartUnixNano).ThenBy(s => s.SpanId).ToList())
                    .OrderBy(scope => scope[0].StartUnixNano).ThenBy(scope => scope[0].SpanId)
                    .ToList())
                .OrderBy(resource => resource[0][0].StartUnixNano).ThenBy(resource => resource[0][0].SpanId)
                .SelectMany(resource => resource)
                .SelectMany(scope => scope),
        ];
    }

    /// <summary>
    /// A server span with the id of a client span gets an id of its own below the client's; the children of the shared id
    /// are the server's, as it is the server that goes on working.
    /// </summary>
    private List<Span> SplitSharedIds()
    {
        var fresh = new Dictionary<SpanId, SpanId>();
        var next = 1UL;
        HashSet<SpanId>? used = null;
        var clients = _spans.Keys.Where(k => k.Kind == SpanKind.Client).Select(k => k.Id).ToHashSet();
        foreach (var id in _spans.Keys.Where(k => k.Kind == SpanKind.Server && clients.Contains(k.Id)).Select(k => k.Id).Distinct().Order())
        {
            used ??= [.. _spans.Keys.Select(k => k.Id)];
            while (!used.Add(new SpanId(next))) next++;
            fresh.Add(id, new SpanId(next));
        }

        var spans = new List<Span>(_spans.Count);
        foreach (var span in _spans.Values)
        {
            if (span.Kind == SpanKind.Server && fresh.TryGetValue(span.SpanId, out var own)) spans.Add(Ordered(span, own, span.SpanId));
            else if (fresh.TryGetValue(span.ParentSpanId, out var parent)) spans.Add(Ordered(span, span.SpanId, parent));
            else spans.Add(Ordered(span, span.SpanId, span.ParentSpanId));
        }

        return spans;
    }

    private Span Ordered(Span span, SpanId id, SpanId parent) => new()
    {
        TraceId = span.TraceId,
        SpanId = id,
        ParentSpanId = parent,
        Name = span.Name,
        Kind = span.Kind,
        StatusCode = span.StatusCode,
        StatusMessage = span.StatusMessage,
        StartUnixNano = span.StartUnixNano,
        EndUnixNano = span.EndUnixNano,
        TraceState = span.TraceState,
        Flags = span.Flags,
        DroppedAttributesCount = span.DroppedAttributesCount,
        DroppedEventsCount = span.DroppedEventsCount,
        DroppedLinksCount = span.DroppedLinksCount,
        Attributes = span.Attributes,
        Events = span.Events.Count < 2 ? span.Events : [.. span.Events.OrderBy(e => e.TimeUnixNano).ThenBy(e => e.Name, StringComparer.Ordinal)],
        Links = span.Links.Count < 2 ? span.Links : [.. span.Links.OrderBy(l => Convert.ToHexString(l.TraceId), StringComparer.Ordinal)
            .ThenBy(l => Convert.ToHexString(l.SpanId), StringComparer.Ordinal)],
        Resource = Shared(_resources, WithoutEmptyService(span.Resource)),
        Scope = Shared(_scopes, span.Scope),
    };

    // An empty service name says that there is none: everywhere else (filters, groups, service stats) the two are one already
    // (spec/traceql.md 4.3), and Tempo's answers have neither. What is stored keeps what was sent.
    private static Resource WithoutEmptyService(Resource resource)
    {
        if (!resource.Attributes.Any(IsEmptyService)) return resource;
        return new Resource
        {
            Attributes = [.. resource.Attributes.Where(a => !IsEmptyService(a))],
            DroppedAttributesCount = resource.DroppedAttributesCount,
            SchemaUrl = resource.SchemaUrl,
        };

        static bool IsEmptyService(KeyValuePair<string, AttributeValue> attribute) =>
            attribute is { Key: "service.name", Value.Kind: AttributeKind.String } && attribute.Value.AsString.Length == 0;
    }

    private static T Shared<T>(Dictionary<T, T> known, T value)
        where T : class
    {
        if (known.TryGetValue(value, out var same)) return same;
        known.Add(value, value);
        return value;
    }

    // About its OTLP size: what the limit protects is memory and the size of the answer.
    private static long SizeOf(Span span)
    {
        var bytes = FixedSpanBytes + (long)span.Name.Length + span.StatusMessage.Length + span.TraceState.Length + SizeOf(span.Attributes);
        foreach (var e in span.Events) bytes += 16 + e.Name.Length + SizeOf(e.Attributes);
        foreach (var l in span.Links) bytes += 32 + l.TraceState.Length + SizeOf(l.Attributes);
        return bytes;
    }

    private static long SizeOf(IReadOnlyList<KeyValuePair<string, AttributeValue>> attributes)
    {
        long bytes = 0;
        foreach (var (key, value) in attributes) bytes += FixedAttributeBytes + key.Length + SizeOf(value);
        return bytes;
    }

    private static long SizeOf(AttributeValue value) => value.Kind switch
    {
        AttributeKind.String => value.AsString.Length,
        AttributeKind.Bytes => value.AsBytes.Length,
        AttributeKind.Array => value.AsArray.Sum(v => 2 + SizeOf(v)),
        AttributeKind.KeyValueList => SizeOf(value.AsKeyValueList),
        _ => sizeof(long),
    };

    /// <summary>Resources and scopes from different stores are different objects: the same if they say the same.</summary>
    private sealed class ContainerComparer : IEqualityComparer<Resource>, IEqualityComparer<InstrumentationScope>
    {
        public static readonly ContainerComparer Instance = new();

        public bool Equals(Resource? x, Resource? y) => ReferenceEquals(x, y)
            || (x is not null && y is not null && x.SchemaUrl == y.SchemaUrl && x.DroppedAttributesCount == y.DroppedAttributesCount && Same(x.Attributes, y.Attributes));

        public bool Equals(InstrumentationScope? x, InstrumentationScope? y) => ReferenceEquals(x, y)
            || (x is not null && y is not null && x.Name == y.Name && x.Version == y.Version && x.SchemaUrl == y.SchemaUrl
                && x.DroppedAttributesCount == y.DroppedAttributesCount && Same(x.Attributes, y.Attributes));

        public int GetHashCode(Resource obj)
        {
            var hash = new HashCode();
            hash.Add(obj.SchemaUrl, StringComparer.Ordinal);
            foreach (var (key, value) in obj.Attributes)
            {
                hash.Add(key, StringComparer.Ordinal);
                hash.Add(value);
            }

            return hash.ToHashCode();
        }

        public int GetHashCode(InstrumentationScope obj) =>
            HashCode.Combine(obj.Name.GetHashCode(StringComparison.Ordinal), obj.Version.GetHashCode(StringComparison.Ordinal), obj.Attributes.Count);

        private static bool Same(IReadOnlyList<KeyValuePair<string, AttributeValue>> a, IReadOnlyList<KeyValuePair<string, AttributeValue>> b)
        {
            if (a.Count != b.Count) return false;
            for (var i = 0; i < a.Count; i++)
            {
                if (a[i].Key != b[i].Key || !a[i].Value.Equals(b[i].Value)) return false;
            }

            return true;
        }
    }
}
