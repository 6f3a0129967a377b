namespace Rubato.Configuration.Schema;

/// <summary>What a key's value is, and the .NET type that it becomes.</summary>
internal enum ValueKind
{
    /// <summary><see cref="bool"/>.</summary>
    Bool,

    /// <summary><see cref="long"/>.</summary>
    Int,

    /// <summary><see cref="long"/>, written with or without a suffix such as MiB.</summary>
    Bytes,

    /// <summary><see cref="double"/>.</summary>
    Float,

    /// <summary><see cref="string"/>.</summary>
    Text,

    /// <summary><see cref="string"/>, never shown.</summary>
    Secret,

    /// <summary><see cref="TimeSpan"/>.</summary>
    Duration,

    /// <summary><see cref="Options.ListenEndpoint"/>.</summary>
    Endpoint,

    /// <summary><see cref="Options.WalSync"/>.</summary>
    WalSync,

    /// <summary>A list of texts: <c>string[]</c>. One text with commas is understood too.</summary>
    TextList,

    /// <summary>A list of numbers: <c>double[]</c>.</summary>
    FloatList,

    /// <summary>A map of any keys to texts.</summary>
    TextMap,

    /// <summary>A map of any keys to texts that are never shown (request headers).</summary>
    SecretMap,

    /// <summary>A map of any keys to booleans.</summary>
    BoolMap,

    /// <summary>A list of sections.</summary>
    SectionList,

    /// <summary>Anything: a part whose inside we do not know.</summary>
    Any,
}
