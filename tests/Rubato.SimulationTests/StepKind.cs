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
    Query,
    Faults,
    Calm,
    ArmKill,
    Kill,
    PowerCut,
    Restart,
}
