namespace Rubato.SimulationTests;

/// <param name="Status">HTTP status.</param>
/// <param name="Body">The answer.</param>
/// <param name="Incomplete">What it says it lacks; null when it says nothing of the kind.</param>
internal sealed record Answer(int Status, byte[] Body, string? Incomplete)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);
}
