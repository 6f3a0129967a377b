using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution;

namespace Rubato.Query.ServiceGraph;

/// <summary>
/// The service graph of one segment: pairs of callers and called, by the rules of the service-graphs processor (spec/metrics-generator.md 3 and 11) but without its waiting.
/// What finds no other side here is kept for the other segments. Reads about ten columns.
/// </summary>
/// <remarks>
/// <code>
///   block     spans of a trace are neighbours: the caller is looked for among their ids, with vector instructions
///   recent    callers are in a table by trace id and span id; so they are in traces too long for looking
/// </code>
/// </remarks>
internal sealed class SegmentGraph
{
    /// <summary>Rows of a trace up to which looking through its ids is faster than a table.</summary>
    private const int MaxLookedThrough = 1024;

    private static readonly string[] PeerKeys = ["peer.service", "db.name", "db.system"];

    private readonly ScannedSegment _scanned;
    private readonly ISpanSegment _segment;
    private readonly ScanContext _context;
    private readonly GraphPart _part;
    private readonly int _count;
    private int[] _services = [];
    private int[]? _peers;
    private int[]? _databases;
    private long[] _kinds = [];
    private long[] _statuses = [];
    private long[] _parents = [];
    private long[] _starts = [];
    private long[] _durations = [];
    private bool[] _met = [];
    private bool[] _straddles = [];
    private TraceIdVector _traces = null!;
    private long[] _spans = [];

    /// <param name="scanned">What is read.</param>
    /// <param name="range">Calls that began in it are counted.</param>
    public SegmentGraph(ScannedSegment scanned, TimeRange range)
    {
        (_scanned, _segment, _context, _count) = (scanned, scanned.Segment, scanned.Context, scanned.Segment.SpanCount);
        _part = new GraphPart(new GraphSums(range, new GraphTexts()), [], []);
    }

    private GraphSums Sums => _part.Sums;

    public async ValueTask<GraphPart> ReadAsync()
    {
        if (await Sums.Texts.ReadAsync(_segment, "service.name", _context, AttributeOwner.Resource) is not { } services) return _part;
        _services = services;
        _traces = (TraceIdVector)(await _segment.ReadAsync(SpanColumn.TraceId, _context))!;
        _spans = await LongsAsync(SpanColumn.SpanId);
        _kinds = await LongsAsync(SpanColumn.Kind);
        _statuses = await LongsAsync(SpanColumn.StatusCode);
        _parents = await LongsAsync(SpanColumn.ParentSpanId);
        _starts = await LongsAsync(SpanColumn.StartUnixNano);
        _durations = await LongsAsync(SpanColumn.DurationNano);
        _peers = await FirstAsync(PeerKeys, AttributeOwner.Span);
        _databases = await GraphDatabases.ReadAsync(Sums.Texts, _segment, _context);
        // A span that is not looked at is of no kind.
        for (var i = 0; i < _scanned.Repeated.Count; i++) _kinds[_scanned.Repeated[i]] = 0;
        _met = Bools(RowSet.Empty);
        _straddles = Bools(_scanned.Straddling);
        if (_segment.IsSortedByTrace) PairByTrace((await _segment.ReadTraceStartsAsync(_context)).Span);
        else PairByTable(0, _count);
        for (var row = 0; row < _count; row++)
        {
            if (!IsClient(row) || _met[row]) continue;
            if (_straddles[row]) _part.Clients.Add(SideOf(row, _spans[row]));
            else if (_peers?[row] is > 0 and var peer) Sums.Count(_services[row], peer, ConnectionType.VirtualServer, _starts[row], Failed(row), Seconds(row), 0);
        }

        return _part;
    }

    private void PairByTrace(ReadOnlySpan<int> starts)
    {
        for (var t = 0; t + 1 < starts.Length; t++)
        {
            var (from, to) = (starts[t], starts[t + 1]);
            if (to - from > MaxLookedThrough) PairByTable(from, to);
            else PairByLooking(from, to);
        }
    }

    private void PairByLooking(int from, int to)
    {
        ReadOnlySpan<long> ids = _spans.AsSpan(from, to - from);
        for (var row = from; row < to; row++)
        {
            if (!IsServer(row))
            {
                if (IsClient(row)) CountDatabase(row);
                continue;
            }

            var client = -1;
            for (var at = 0; _parents[row] != 0 && at < ids.Length; at++)
            {
                var next = ids[at..].IndexOf(_parents[row]);
                if (next < 0) break;
                at += next;
                // Spans of both sides may have one id (Zipkin): the parent is the caller's.
                if (!IsClient(from + at) || _met[from + at] || CallsDatabase(from + at)) continue;
                client = from + at;
                break;
            }

            Meet(client, row);
        }
    }

    private void PairByTable(int from, int to)
    {
        var clients = 0;
        for (var row = from; row < to; row++) clients += IsClient(row) ? 1 : 0;
        using var table = new SpanRowTable(_traces, _spans, 0, clients);
        for (var row = from; row < to; row++)
        {
            if (!IsClient(row)) continue;
            if (CallsDatabase(row)) CountDatabase(row);
            else table.Put(row);
        }

        // Recent spans come in any order: of several that were called by one span the earliest meets it, as among a block's sorted rows.
        var callers = _context.Rent<int>(to - from);
        var called = _context.Rent<int>(to - from);
        called.AsSpan(0, to - from).Fill(-1);
        for (var row = from; row < to; row++)
        {
            if (!IsServer(row)) continue;
            var caller = _parents[row] == 0 ? -1 : table.Find(_traces[row], _parents[row]);
            callers[row - from] = caller;
            if (caller < 0) continue;
            ref var earliest = ref called[caller - from];
            if (earliest < 0 || _starts[row] < _starts[earliest]) earliest = row;
        }

        for (var row = from; row < to; row++)
        {
            if (!IsServer(row)) continue;
            var caller = callers[row - from];
            Meet(caller >= 0 && called[caller - from] == row ? caller : -1, row);
        }
    }

    private void Meet(int client, int server)
    {
        if (client >= 0)
        {
            _met[client] = true;
            var type = _kinds[server] == 5 ? ConnectionType.MessagingSystem : ConnectionType.Direct;
            Sums.Count(_services[client], _services[server], type, _starts[server], Failed(client) || Failed(server), Seconds(client), Seconds(server));
        }
        else if (_parents[server] == 0)
        {
            // A root: whoever called it is not traced.
            var caller = _peers?[server] is > 0 and var peer ? peer : Sums.Texts.NumberOf("user");
            Sums.Count(caller, _services[server], ConnectionType.VirtualClient, _starts[server], Failed(server), 0, Seconds(server));
        }
        else if (_straddles[server])
        {
            _part.Servers.Add(SideOf(server, _parents[server]));
        }
    }

    private void CountDatabase(int row)
    {
        if (!CallsDatabase(row)) return;
        _met[row] = true;
        Sums.Count(_services[row], _databases![row], ConnectionType.Database, _starts[row], Failed(row), Seconds(row), Seconds(row));
    }

    private GraphSide SideOf(int row, long span) =>
        new(_traces[row], span, _services[row], _peers?[row] ?? 0, _starts[row], Seconds(row), Failed(row), _kinds[row] is 4 or 5);

    private bool IsClient(int row) => _kinds[row] is 3 or 4 && _services[row] != 0;

    private bool IsServer(int row) => _kinds[row] is 2 or 5 && _services[row] != 0;

    private bool CallsDatabase(int row) => _databases is not null && _databases[row] != 0;

    private bool Failed(int row) => _statuses[row] == 2;

    // The end before the start: a clock that went back, no time.
    private double Seconds(int row) => Math.Max(_durations[row], 0) / 1e9;

    /// <summary>Of each row the value, 0 where there is none; to be written to.</summary>
    private async ValueTask<long[]> LongsAsync(SpanColumn column)
    {
        var longs = _context.Rent<long>(_count);
        var values = (Int64Vector?)await _segment.ReadAsync(column, _context);
        if (values is { IsDense: true })
        {
            values.Values.CopyTo(longs);
            return longs;
        }

        longs.AsSpan(0, _count).Clear();
        for (var i = 0; i < (values?.Count ?? 0); i++) longs[values!.Rows[i]] = values.Values[i];
        return longs;
    }

    private async ValueTask<int[]?> FirstAsync(string[] keys, params AttributeOwner[] owners)
    {
        var columns = new List<int[]?>();
        foreach (var key in keys) columns.Add(await Sums.Texts.ReadAsync(_segment, key, _context, owners));
        return GraphTexts.First(columns);
    }

    private bool[] Bools(RowSet rows)
    {
        var bools = _context.Rent<bool>(_count);
        bools.AsSpan(0, _count).Clear();
        for (var i = 0; i < rows.Count; i++) bools[rows[i]] = true;
        return bools;
    }
}
