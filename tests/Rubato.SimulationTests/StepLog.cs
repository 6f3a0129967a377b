using System.IO.Hashing;
using System.Text;

namespace Rubato.SimulationTests;

/// <summary>What happened, for whoever reads a finding; and its digest, by which two runs of a seed are compared.</summary>
internal sealed class StepLog
{
    /// <summary>RUBATO_SIMULATION_TRACE=1 shows the steps as they happen: for a run that hangs.</summary>
    private static readonly bool s_live = Environment.GetEnvironmentVariable("RUBATO_SIMULATION_TRACE") == "1";

    private readonly Lock _gate = new();
    private readonly XxHash3 _digest = new();
    private readonly List<string> _lines = [];

    public int Depth { get; set; }

    public ulong Digest
    {
        get
        {
            lock (_gate) return _digest.GetCurrentHashAsUInt64();
        }
    }

    public void Add(string line)
    {
        lock (_gate)
        {
            var text = new string(' ', Depth * 2) + line;
            _lines.Add(text);
            if (s_live) Console.Error.WriteLine(text);
            _digest.Append(Encoding.UTF8.GetBytes(text));
        }
    }

    public override string ToString()
    {
        lock (_gate) return string.Join('\n', _lines);
    }
}
