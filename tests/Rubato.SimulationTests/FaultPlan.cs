using Rubato.Testing.Faults;

namespace Rubato.SimulationTests;

/// <summary>
/// Decides, operation by operation and from the seed, what goes wrong. The rates are switched by steps of the simulation; a
/// kill is armed as a number of operations, so that it can strike anywhere: between two objects of a block, inside a write, during a restart.
/// </summary>
internal sealed class FaultPlan(Random random, StepLog log)
{
    private int _killIn = -1;

    public ProcessLife Life { get; set; } = new();

    /// <summary>Of a hundred calls to the store, how many fail or are odd.</summary>
    public int StorePercent { get; set; }

    /// <summary>What may happen to them.</summary>
    public StoreFault[] StoreFaults { get; set; } = [StoreFault.Error];

    /// <summary>Of a hundred operations of the WAL's disk, how many fail.</summary>
    public int DiskPercent { get; set; }

    public bool IsStarting { get; set; }

    /// <summary>No faults while the simulation looks whether all is well again.</summary>
    public bool IsSuspended { get; set; }

    /// <summary>Faults so far: by this a step knows whether one of them excuses what it saw.</summary>
    public int Hits { get; private set; }

    public bool IsActive => !IsSuspended && (StorePercent > 0 || DiskPercent > 0);

    public bool IsKillArmed => _killIn >= 0;

    public void ArmKill(int operations) => _killIn = operations;

    public void Calm()
    {
        StorePercent = 0;
        DiskPercent = 0;
        _killIn = -1;
    }

    public StoreFault OnStore(StoreCall call)
    {
        var fault = Choose(call);
        if (fault != StoreFault.None) Hit($"{fault} at {call.Operation} {call.Key}");
        return fault;
    }

    public double? OnDisk(string operation)
    {
        Life.ThrowIfDead();
        if (IsSuspended) return null;
        var kill = _killIn >= 0 && _killIn-- == 0;
        if (!kill && (DiskPercent == 0 || random.Next(100) >= DiskPercent)) return null;
        // A third take effect whole, the answer is lost.
        var share = random.Next(3) == 0 ? 1 : random.NextDouble();
        Hit($"{(kill ? "Kill" : "Error")} at disk {operation} {share:F2}");
        if (kill) Life.Kill();
        return share;
    }

    private StoreFault Choose(StoreCall call)
    {
        if (IsSuspended) return StoreFault.None;
        if (_killIn >= 0 && _killIn-- == 0) return random.Next(2) == 0 ? StoreFault.Kill : StoreFault.KillAfter;
        if (StorePercent == 0 || random.Next(100) >= StorePercent) return StoreFault.None;
        var fault = StoreFaults[random.Next(StoreFaults.Length)];
        return fault switch
        {
            // At start there is nothing to hold a stale list against: it must be current, as S3, GCS and Azure promise.
            StoreFault.StaleList when call.Operation != "list" || IsStarting => StoreFault.None,
            StoreFault.Twice when call.Operation != "put" => StoreFault.None,
            _ => fault,
        };
    }

    private void Hit(string what)
    {
        Hits++;
        log.Add("! " + what);
    }
}
