namespace Rubato.Model;

/// <summary>
/// Whether kernels may use vectors. Each vector kernel has a plain twin that says what it means; <c>RUBATO_FORCE_PLAIN=1</c> in the
/// environment runs the twins everywhere, so that tests compare the two and a doubtful processor can be ruled out.
/// </summary>
public static class Acceleration
{
    /// <summary>The environment variable that forces the plain twins.</summary>
    public const string Switch = "RUBATO_FORCE_PLAIN";

    /// <summary>Read once at start: as a static read-only field the JIT drops the branch not taken.</summary>
    public static readonly bool IsEnabled = Environment.GetEnvironmentVariable(Switch) is not ("1" or "true");
}
