namespace Rubato.Storage.Caching;

/// <summary>A cache server answered with an error, or with what is no answer.</summary>
internal sealed class CacheServerException(string message, Exception? inner = null) : Exception(message, inner);
