using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Rubato.Server.Auth;

/// <summary>A secret as the file keeps it: <c>pbkdf2-sha256:ITERATIONS:SALT:HASH</c>, the last two in base64. No <c>$</c>, which tools that fill in templates would replace.</summary>
internal sealed class SecretHash
{
    /// <summary>What OWASP advises for PBKDF2 with SHA-256; about a fifth of a second.</summary>
    public const int DefaultIterations = 600_000;

    public const int MinIterations = 10_000;

    /// <summary>A login must not take the server's time for long.</summary>
    public const int MaxIterations = 10_000_000;

    private const string Scheme = "pbkdf2-sha256";
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    private readonly int _iterations;
    private readonly byte[] _salt;
    private readonly byte[] _hash;

    private SecretHash(int iterations, byte[] salt, byte[] hash) => (_iterations, _salt, _hash) = (iterations, salt, hash);

    public static SecretHash Of(string secret, int iterations = DefaultIterations)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new SecretHash(iterations, salt, Derive(Encoding.UTF8.GetBytes(secret), salt, iterations));
    }

    /// <summary>Null, and why, for anything else than <see cref="ToString"/> writes.</summary>
    public static SecretHash? Parse(string text, out string problem)
    {
        var parts = text.Split(':');
        problem = "is no hash; `rubato auth hash` makes one";
        if (parts.Length != 4 || parts[0] != Scheme) return null;
        if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < MinIterations or > MaxIterations)
        {
            problem = $"must have {MinIterations} to {MaxIterations} iterations";
            return null;
        }

        var (salt, hash) = (new byte[64], new byte[64]);
        if (!Convert.TryFromBase64String(parts[2], salt, out var saltLength) || saltLength < 8) return null;
        if (!Convert.TryFromBase64String(parts[3], hash, out var hashLength) || hashLength != HashBytes) return null;
        return new SecretHash(iterations, salt[..saltLength], hash[..hashLength]);
    }

    /// <summary>Takes as long for a wrong secret as for the right one.</summary>
    public bool Matches(ReadOnlySpan<byte> secret) => CryptographicOperations.FixedTimeEquals(Derive(secret, _salt, _iterations), _hash);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Scheme}:{_iterations}:{Convert.ToBase64String(_salt)}:{Convert.ToBase64String(_hash)}");

    private static byte[] Derive(ReadOnlySpan<byte> secret, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(secret, salt, iterations, HashAlgorithmName.SHA256, HashBytes);
}
