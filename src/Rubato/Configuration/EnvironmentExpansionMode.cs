namespace Rubato.Configuration;

/// <summary>What <c>-config.expand-env</c> asks for.</summary>
internal enum EnvironmentExpansionMode
{
    /// <summary>Not given: only a value that is nothing but <c>${NAME}</c> or <c>${NAME:-default}</c> is replaced.</summary>
    WholeScalars,

    /// <summary>Given as true: the text of the file, before it is read as YAML.</summary>
    Everything,

    /// <summary>Given as false: nothing.</summary>
    Nothing,
}
