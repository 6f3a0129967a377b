using Microsoft.Extensions.Time.Testing;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;
using Rubato.Storage.Wal;
using Rubato.Testing.Faults;

namespace Rubato.SimulationTests;

/// <summary>
/// One run from one seed. Between any two steps, and within a step at each call to the store, something else may happen; one thing runs at a time:
/// <code>
///   step ──► store call ──► another step, whole ──► the call has its effect, or a fault ──► step goes on ──► check everything
/// </code>
/// So the seed decides the order, and a run repeats itself, however many threads the parts use inside. What this leaves out: two
/// steps that take turns more than once, and races between instructions.
/// </summary>
internal sealed partial class Simulation : IAsyncDisposable
{
    private readonly Random _random;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly StepLog _log = new();
    private readonly SimulationOptions _options;
    private readonly StoredObjects _objects;
    private readonly FaultPlan _faults;
    private readonly SpanOracle _oracle;
    private readonly SpanSource _source;
    private readonly string _scratch = Directory.CreateTempSubdirectory("rubato-simulation-").FullName;

    // What runs now, outermost first: a part that must not be entered twice is not.
    private readonly List<StepKind> _running = [];
    private int _meanwhileLeft;
    private MemoryWalFileSystem _disk = new();
    private SimulatedServer? _server;

    // Reads of a query that run side by side would meet the faults in another order each time.
    static Simulation() => SideBySide.AtMost = 1;

    public Simulation(int seed)
    {
        _random = new Random(seed);
        _options = SimulationOptions.Of(_random);
        _objects = new StoredObjects(_time);
        _faults = new FaultPlan(_random, _log);
        _oracle = new SpanOracle(_options.Retention, _time);
        _source = new SpanSource(_random, _time);
    }

    public StepLog Log => _log;

    public int AcknowledgedSpans => _oracle.Acknowledged;

    public int Lives { get; private set; }

    public int Merges { get; private set; }

    /// <exception cref="FindingException">Something was lost, doubled, mixed up, or kept silent.</exception>
    public async Task RunAsync(int steps)
    {
        await StartAsync();
        await BeginAsync();
        for (var step = 0; step < steps; step++)
        {
            // A search makes hundreds of calls: a few interruptions each are enough.
            _meanwhileLeft = 4;
            await StepAsync(Weighted());
            if (_faults.Life.IsDead) await RestartAsync(powerCut: _options.CanSurvivePowerCut && _random.Next(2) == 0);
            await CheckAsync(traces: 3);
            if (_faults.Life.IsDead) await RestartAsync(powerCut: _options.CanSurvivePowerCut && _random.Next(2) == 0);
        }

        await EndAsync();
    }

    /// <summary>Some blocks of every tenant, so that there is something to merge from the first step on.</summary>
    private async Task BeginAsync()
    {
        for (var round = _random.Next(4); round > 0; round--)
        {
            for (var i = 0; i < 4; i++) await StepAsync(StepKind.Ingest);
            await AgeAsync(TimeSpan.FromSeconds(_random.Next(30)));
            await Server.Ingester.FlushAsync(null, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _faults.Life.Kill();
        if (_server is not null) await _server.DisposeAsync();
        Directory.Delete(_scratch, recursive: true);
    }

    private SimulatedServer Server => _server!;

    private StepKind Weighted() => _random.Next(100) switch
    {
        < 34 => StepKind.Ingest,
        < 42 => StepKind.Age,
        < 50 => StepKind.Cut,
        < 56 => StepKind.Flush,
        < 66 => StepKind.Compact,
        < 71 => StepKind.Poll,
        < 75 => StepKind.Sweep,
        < 77 => StepKind.AgeFar,
        < 83 => StepKind.Faults,
        < 87 => StepKind.Calm,
        < 93 => StepKind.ArmKill,
        < 95 => StepKind.Kill,
        < 97 => StepKind.PowerCut,
        _ => StepKind.Restart,
    };

    private async Task StepAsync(StepKind kind)
    {
        _log.Add(kind.ToString());
        var hits = _faults.Hits;
        _running.Add(kind);
        _log.Depth++;
        try
        {
            await RunAsync(kind);
        }
        catch (Exception e) when (e is not FindingException)
        {
            _log.Add($"{kind} failed: {e.GetType().Name} {e.Message}");
            if (_faults.Hits == hits && !_faults.Life.IsDead) throw new FindingException($"{kind} failed without a fault", e);
        }
        finally
        {
            _log.Depth--;
            _running.RemoveAt(_running.Count - 1);
        }
    }

    private Task RunAsync(StepKind kind) => kind switch
    {
        StepKind.Ingest => IngestAsync(),
        StepKind.Age => AgeAsync(TimeSpan.FromSeconds(_random.Next(120))),
        StepKind.AgeFar => AgeAsync(TimeSpan.FromMinutes(_random.Next(20, 600))),
        StepKind.Cut => Server.Ingester.CutDueAsync(CancellationToken.None),
        StepKind.Flush => Server.Ingester.FlushAsync(
            _random.Next(2) == 0 ? null : SimulationOptions.TenantNames[_random.Next(SimulationOptions.TenantNames.Length)], CancellationToken.None),
        StepKind.Poll => Server.Poller.PollAsync(CancellationToken.None),
        StepKind.Sweep => Server.Sweeper.SweepAsync(CancellationToken.None),
        StepKind.Compact => CompactAsync(),
        StepKind.Query => CheckAsync(traces: 2),
        StepKind.Faults => ChangeFaultsAsync(),
        StepKind.Calm => CalmAsync(),
        StepKind.ArmKill => ArmKillAsync(),
        StepKind.Kill => RestartAsync(powerCut: false),
        StepKind.PowerCut => RestartAsync(powerCut: _options.CanSurvivePowerCut),
        StepKind.Restart => RestartTidilyAsync(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private async Task IngestAsync()
    {
        var tenant = SimulationOptions.TenantNames[_random.Next(SimulationOptions.TenantNames.Length)];
        var (good, bad) = _source.Request(tenant);
        var spans = good.Select(s => s.Span).Concat(bad).ToArray();
        _random.Shuffle(spans);
        // Sent, whatever becomes of it.
        _oracle.Sent(good, acknowledged: false);
        var hits = _faults.Hits;
        var result = await Server.Distributor.PushAsync(tenant, OtlpWriter.Write(spans), new PushSource("otlp", "grpc"), CancellationToken.None);
        _log.Add($"{tenant.Value}: {good.Count} good, {bad.Count} bad spans: {result.Status}");
        var expected = good.Count > 0 ? PushStatus.Accepted : bad.Count > 0 ? PushStatus.NoValidSpans : PushStatus.Accepted;
        if (result.Status == PushStatus.Accepted)
        {
            if (result.AcceptedSpans != good.Count || result.RejectedSpans != bad.Count)
                throw new FindingException($"{good.Count} good and {bad.Count} bad spans were answered with {result.AcceptedSpans} and {result.RejectedSpans}");
            _oracle.Sent(good, acknowledged: true);
        }
        else if (result.Status != expected && _faults.Hits == hits && _disk.FreeBytes == long.MaxValue && !_faults.Life.IsDead)
        {
            throw new FindingException($"a good request was refused without a fault: {result.Status} {result.Message}");
        }
    }

    private async Task CompactAsync()
    {
        var merged = await Server.Compactor.RunOnceAsync(CancellationToken.None);
        _log.Add(merged ? "merged" : "nothing merged");
        if (merged) Merges++;
    }

    private Task AgeAsync(TimeSpan by)
    {
        _log.Add($"{by} pass");
        _time.Advance(by);
        return Task.CompletedTask;
    }
}
