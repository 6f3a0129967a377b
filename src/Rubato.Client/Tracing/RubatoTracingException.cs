namespace Rubato.Client;

/// <summary>Tracing could not start, or spans were lost when it stopped. The message says which and why.</summary>
public sealed class RubatoTracingException : Exception
{
    /// <summary>With a text alone.</summary>
    public RubatoTracingException(string message)
        : base(message)
    {
    }

    /// <summary>With a text and what lies behind it.</summary>
    public RubatoTracingException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
