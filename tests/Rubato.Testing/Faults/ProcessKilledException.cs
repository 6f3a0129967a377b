namespace Rubato.Testing.Faults;

/// <summary>The simulated process is dead: whatever it still tries has no effect. Not an IOException, so that nothing retries or explains it away.</summary>
public sealed class ProcessKilledException() : Exception("the process was killed");
