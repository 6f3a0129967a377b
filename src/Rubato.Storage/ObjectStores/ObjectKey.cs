using System.Text;

namespace Rubato.Storage.ObjectStores;

/// <summary>The names that every store takes: <c>tenant/block/name</c>, forward slashes, nothing that a file system reads as a command.</summary>
public static class ObjectKey
{
    public const int MaxBytes = 1024;

    /// <exception cref="ArgumentException">Not a name that every store takes. Keys are ours, never a client's: a programmer's error.</exception>
    public static void Check(string key)
    {
        if (string.IsNullOrEmpty(key))
            throw Bad(key, "it is empty");
        if (Encoding.UTF8.GetByteCount(key) > MaxBytes)
            throw Bad(key, $"it is longer than {MaxBytes} bytes");
        if (key.Contains('\\') || key.AsSpan().ContainsAnyInRange('\0', '\x1f'))
            throw Bad(key, "it holds a backslash or a control character");
        foreach (var part in key.AsSpan().Split('/'))
        {
            if (key.AsSpan(part) is "" or "." or "..")
                throw Bad(key, "a part between slashes is empty, '.' or '..'");
        }
    }

    /// <summary>A prefix is a folder: empty for all, or ending with a slash.</summary>
    public static void CheckPrefix(string prefix)
    {
        if (prefix.Length == 0)
            return;
        if (!prefix.EndsWith('/'))
            throw Bad(prefix, "a prefix ends with a slash");
        Check(prefix[..^1]);
    }

    private static ArgumentException Bad(string key, string reason) => new($"'{key}' is not an object key: {reason}", nameof(key));
}
