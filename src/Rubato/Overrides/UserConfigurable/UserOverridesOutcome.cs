namespace Rubato.Overrides.UserConfigurable;

/// <summary>How a change ended.</summary>
internal enum UserOverridesOutcome
{
    Done,

    /// <summary>There is no document.</summary>
    Missing,

    /// <summary>The stored version is not the one that the client named.</summary>
    VersionMismatch,

    /// <summary>The document is not valid; the message says why.</summary>
    Invalid,

    /// <summary>Somebody else changed it at the same time.</summary>
    Conflict,

    /// <summary>What is stored cannot be used, so that nothing can be merged into it.</summary>
    Unusable,
}
