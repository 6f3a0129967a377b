namespace Rubato.Oracles;

/// <summary>Two readers of one file disagree, or another engine cannot read it.</summary>
internal sealed class OracleException(string message, Exception? inner = null) : Exception(message, inner);
