namespace Rubato.SimulationTests;

/// <summary>The simulation saw what must not be.</summary>
public sealed class FindingException(string message, Exception? inner = null) : Exception(message, inner);
