namespace Rubato.Commands;

/// <summary>What the process tells the one who started it.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>It could not do what was asked: bad configuration, a taken port, a server that does not answer.</summary>
    public const int Failure = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;
}
