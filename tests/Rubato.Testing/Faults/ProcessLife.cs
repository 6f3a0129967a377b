namespace Rubato.Testing.Faults;

/// <summary>
/// One life of a simulated process. Its disk and its store ask before each operation; once it is dead, nothing that its
/// objects still do reaches them. So a kill is to call <see cref="Kill"/> and to leave the objects lying.
/// </summary>
public sealed class ProcessLife
{
    private volatile bool _dead;

    public bool IsDead => _dead;

    public void Kill() => _dead = true;

    /// <exception cref="ProcessKilledException">It is dead.</exception>
    public void ThrowIfDead()
    {
        if (_dead) throw new ProcessKilledException();
    }
}
