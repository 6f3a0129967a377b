namespace Rubato.Server;

/// <summary>What <c>/ready</c> and <c>/status/services</c> tell: the modules in start order and where each stands.</summary>
internal sealed class ServerState
{
    private readonly Lock _lock = new();
    private readonly List<(string Name, string Status)> _modules = [];
    private bool _stopping;

    /// <summary>After each change.</summary>
    public event Action? Changed;

    public void Set(string module, string status)
    {
        lock (_lock)
        {
            var i = _modules.FindIndex(m => m.Name == module);
            if (i < 0) _modules.Add((module, status));
            else _modules[i] = (module, status);
        }

        Changed?.Invoke();
    }

    public bool IsRunning(string module) => StatusOf(module) == "Running";

    /// <summary>Null for a module that this process does not have.</summary>
    public string? StatusOf(string module)
    {
        lock (_lock) return _modules.Find(m => m.Name == module).Status;
    }

    public bool IsStopping
    {
        get
        {
            lock (_lock) return _stopping;
        }
    }

    public void BeginStop()
    {
        lock (_lock) _stopping = true;
        Changed?.Invoke();
    }

    public IReadOnlyList<(string Name, string Status)> Modules
    {
        get
        {
            lock (_lock) return [.. _modules];
        }
    }

    /// <summary>Null when ready, else the text of the 503 (spec/http-api.md 2.1).</summary>
    public string? NotReady()
    {
        lock (_lock)
        {
            if (_stopping) return "Application is stopping\n";
            if (_modules.Count > 0 && _modules.TrueForAll(m => m.Status == "Running")) return null;
            var counts = _modules.GroupBy(m => m.Status).Select(g => $"{g.Key}: {g.Count()}\n");
            return "Some services are not Running:\n" + string.Concat(counts);
        }
    }
}
