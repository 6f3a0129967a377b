using Rubato.Model.Columns;
using Rubato.Model.Spans;

namespace Rubato.Ingest.Generator;

/// <summary>What the service graph asks of the spans of a slice: who calls (CLIENT, PRODUCER), who is called (SERVER, CONSUMER), and the columns of both.</summary>
internal sealed class GraphSides
{
    private readonly SpanSlice _slice;
    private readonly SliceTexts _texts;
    private readonly int[] _services;
    private readonly int[]? _peers;
    private readonly int[]? _databases;
    private readonly double[]? _multipliers;
    private readonly bool[]? _keep;
    private readonly bool[]? _passes;
    private readonly Int64Vector _kinds;
    private readonly Int64Vector _statuses;
    private readonly Int64Vector _parents;
    private readonly (string Name, int[] Numbers)[] _dimensions;

    /// <param name="texts">The slice.</param>
    /// <param name="services">Of each row the service's name.</param>
    /// <param name="keep">Rows to look at; null for all.</param>
    /// <param name="passes">Rows that the filter lets through; null for all.</param>
    /// <param name="options">Names of attributes.</param>
    public GraphSides(SliceTexts texts, int[] services, bool[]? keep, bool[]? passes, ServiceGraphsOptions options)
    {
        (_texts, _slice, _services, _keep, _passes) = (texts, texts.Slice, services, keep, passes);
        _kinds = (Int64Vector)_slice.Batch[SpanColumn.Kind]!;
        _statuses = (Int64Vector)_slice.Batch[SpanColumn.StatusCode]!;
        _parents = (Int64Vector)_slice.Batch[SpanColumn.ParentSpanId]!;
        _peers = texts.First([.. options.PeerAttributes.Select(texts.Span)]);
        if (texts.First([.. options.DatabaseNameAttributes.Select(texts.ResourceThenSpan)]) is { } names) _databases = Databases(texts, names);
        _dimensions = [.. options.Dimensions.Select(d => (LabelNames.Of(d), texts.ResourceThenSpan(d)!)).Where(d => d.Item2 is not null)];
        _multipliers = Multipliers.Of(texts, options.SpanMultiplierKey, options.EnableTracestateMultiplier);
    }

    public int Count => _slice.Count;

    public bool IsClient(int row) => KindOf(row) is 3 or 4 && IsLookedAt(row);

    public bool IsServer(int row) => KindOf(row) is 2 or 5 && IsLookedAt(row);

    public bool IsMessaging(int row) => KindOf(row) is 4 or 5;

    public bool Passes(int row) => _passes is null || _passes[row];

    public TraceId TraceOf(int row) => _slice.Batch.TraceIds[_slice.From + row];

    public long SpanOf(int row) => _slice.Batch.SpanIds.Values[_slice.From + row];

    /// <summary>0 for a root.</summary>
    public long ParentOf(int row) => _parents.Values[_slice.From + row];

    public long StartOf(int row) => _slice.Batch.StartUnixNano.Values[_slice.From + row];

    public long DurationOf(int row) => _slice.Batch.DurationNano.Values[_slice.From + row];

    public bool Failed(int row) => _statuses.Values[_slice.From + row] == 2;

    public string ServiceOf(int row) => _texts[_services[row]];

    /// <summary>Whom a span says that it called, or who called it; empty when it does not say.</summary>
    public string PeerOf(int row) => _peers is null ? "" : _texts[_peers[row]];

    public bool CallsDatabase(int row) => _databases is not null && _databases[row] != 0;

    public string DatabaseOf(int row) => _texts[_databases![row]];

    public double? MultiplierOf(int row) => _multipliers?[row];

    /// <summary>Adds the dimensions that the row has to those of the edge.</summary>
    public void AddDimensions(int row, ServiceEdge edge, string prefix)
    {
        foreach (var (name, numbers) in _dimensions)
        {
            if (numbers[row] != 0) (edge.Dimensions ??= new(StringComparer.Ordinal))[prefix + name] = _texts[numbers[row]];
        }
    }

    private long KindOf(int row) => _kinds.Values[_slice.From + row];

    private bool IsLookedAt(int row) => _services[row] != 0 && (_keep is null || _keep[row]);

    /// <param name="texts">The slice.</param>
    /// <param name="named">What the database attribute says. Kept as it is: others ask for the column too.</param>
    private static int[] Databases(SliceTexts texts, int[] named)
    {
        var names = texts.Rent();
        var rows = names.AsSpan(0, texts.Slice.Count);
        named.AsSpan(0, rows.Length).CopyTo(rows);
        CalledDatabase.Name(
            rows, texts.ResourceThenSpan(CalledDatabase.PeerKey), texts.ResourceThenSpan(CalledDatabase.ServerKey), texts.ResourceThenSpan(CalledDatabase.AddressKey),
            texts.ResourceThenSpan(CalledDatabase.PortKey), (address, port) => texts.NumberOf(texts[address] + ":" + texts[port]));
        return names;
    }
}
