using System.Text;

namespace Rubato.Server.Auth;

/// <summary>What an <c>Authorization</c> header says: basic auth, or a bearer token <c>NAME.SECRET</c>. The name in front saves hashing a token once for each entry.</summary>
internal readonly record struct Credentials(bool IsToken, string Name, byte[] Secret)
{
    /// <summary>Longer ones are nobody's, and hashing them would be work.</summary>
    private const int MaxLength = 4096;

    public static bool TryParse(string header, out Credentials credentials)
    {
        credentials = default;
        var space = header.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || header.Length > MaxLength) return false;
        var scheme = header.AsSpan(0, space);
        var value = header[(space + 1)..].Trim();
        if (scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            var dot = value.IndexOf('.', StringComparison.Ordinal);
            if (dot <= 0) return false;
            credentials = new Credentials(true, value[..dot], Encoding.UTF8.GetBytes(value[(dot + 1)..]));
            return true;
        }

        if (!scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)) return false;
        var bytes = new byte[value.Length];
        if (!Convert.TryFromBase64String(value, bytes, out var length)) return false;
        var colon = bytes.AsSpan(0, length).IndexOf((byte)':');
        if (colon <= 0) return false;
        credentials = new Credentials(false, Encoding.UTF8.GetString(bytes, 0, colon), bytes[(colon + 1)..length]);
        return true;
    }
}
