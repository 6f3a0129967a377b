using Rubato.Storage.Wal;
using Rubato.Testing.Faults;

namespace Rubato.SimulationTests;

/// <summary>Starts, kills, power cuts, faults, and what goes on during a call to the store.</summary>
internal sealed partial class Simulation
{
    private const int MaxFailedStarts = 4;

    private static readonly StoreFault[][] s_faults =
    [
        [StoreFault.Error],
        [StoreFault.Error, StoreFault.LostAnswer],
        [StoreFault.LostAnswer],
        [StoreFault.ShortRead, StoreFault.Slow],
        [StoreFault.StaleList, StoreFault.Twice, StoreFault.Slow],
        [StoreFault.Error, StoreFault.LostAnswer, StoreFault.ShortRead, StoreFault.Slow, StoreFault.StaleList, StoreFault.Twice],
    ];

    /// <summary>Starts until it works: a start may fail under faults, or be killed; then it is tried again, in the end without faults.</summary>
    private async Task StartAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            _faults.Life = new ProcessLife();
            if (attempt == MaxFailedStarts)
            {
                _faults.Calm();
                _disk.FreeBytes = long.MaxValue;
            }

            Lives++;
            _disk.OnOperation = _faults.OnDisk;
            var hits = _faults.Hits;
            _faults.IsStarting = true;
            try
            {
                _server = await SimulatedServer.StartAsync(NewStore(), _disk, _options, _time, new Random(_random.Next()), _scratch);
                _log.Add($"started, life {Lives}");
                return;
            }
            catch (Exception e) when (e is not FindingException)
            {
                _log.Add($"start failed: {e.GetType().Name} {e.Message}");
                if (_faults.Hits == hits && _disk.FreeBytes == long.MaxValue) throw new FindingException("the server does not start", e);
                _faults.Life.Kill();
                _disk = _disk.AfterKill();
            }
            finally
            {
                _faults.IsStarting = false;
            }
        }
    }

    private FaultyObjectStore NewStore() => new(_objects, _faults.Life, _faults.OnStore, _random)
    {
        Delay = () => _time.Advance(TimeSpan.FromMilliseconds(_random.Next(20_000))),
        Meanwhile = MeanwhileAsync,
    };

    /// <summary>Whatever happens, the process is dead; what follows is what the next one finds.</summary>
    private async Task RestartAsync(bool powerCut)
    {
        _faults.Life.Kill();
        // Within another step the dead process unwinds first.
        if (_running.Count > 1) return;
        _log.Add(powerCut ? "power cut" : "killed");
        await LetGoAsync();
        _disk = powerCut ? _disk.AfterPowerCut(_random) : _disk.AfterKill();
        await StartAsync();
    }

    private async Task RestartTidilyAsync()
    {
        await Server.StopAsync();
        await LetGoAsync();
        // The same disk: what it holds unsynced it still holds.
        _faults.Life.Kill();
        _disk = _disk.AfterKill();
        await StartAsync();
    }

    private async Task LetGoAsync()
    {
        if (_server is not { } server) return;
        _server = null;
        await server.DisposeAsync();
    }

    private Task ChangeFaultsAsync()
    {
        _disk.FreeBytes = long.MaxValue;
        switch (_random.Next(8))
        {
            case 0:
                _faults.DiskPercent = _random.Next(1, 40);
                break;
            case 1:
                _disk.FreeBytes = _random.Next(3_000);
                break;
            case 2:
                (_faults.StorePercent, _faults.StoreFaults) = (100, [StoreFault.Error]);
                break;
            default:
                (_faults.StorePercent, _faults.StoreFaults) = (_random.Next(2, 50), s_faults[_random.Next(s_faults.Length)]);
                break;
        }

        _log.Add($"disk {_faults.DiskPercent} %, free {_disk.FreeBytes}, store {_faults.StorePercent} % {string.Join(' ', _faults.StoreFaults)}");
        return Task.CompletedTask;
    }

    private Task CalmAsync()
    {
        _faults.Calm();
        _disk.FreeBytes = long.MaxValue;
        return Task.CompletedTask;
    }

    private Task ArmKillAsync()
    {
        _faults.ArmKill(_random.Next(_random.Next(2) == 0 ? 8 : 60));
        return Task.CompletedTask;
    }

    /// <summary>What the rest of the process does during a call to the store: one whole step.</summary>
    private async ValueTask MeanwhileAsync(StoreCall call)
    {
        if (_server is null || _faults.IsSuspended || _running.Count > 2 || _meanwhileLeft == 0 || _random.Next(100) >= _options.MeanwhilePercent) return;
        var kind = (StepKind)_random.Next((int)StepKind.Query + 1);
        // One poll, one sweep, one cut at a time, as the loops do; a query inside a query could wait for a lock that the outer one holds.
        if (_running.Contains(kind) || kind == StepKind.AgeFar) return;
        if (kind is StepKind.Cut or StepKind.Flush && (_running.Contains(StepKind.Cut) || _running.Contains(StepKind.Flush))) return;
        _meanwhileLeft--;
        await StepAsync(kind);
    }
}
