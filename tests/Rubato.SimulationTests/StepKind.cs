namespace Rubato.SimulationTests;

internal enum StepKind
{
    Ingest,
    Age,
    AgeFar,
    Cut,
    Flush,
    Poll,
    Sweep,
    Compact,
    Query,
    Faults,
    Calm,
    ArmKill,
    Kill,
    PowerCut,
    Restart,
}
