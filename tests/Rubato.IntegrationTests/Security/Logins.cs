using System.Security.Cryptography;
using System.Text;

namespace Rubato.IntegrationTests.Security;

/// <summary>Entries of <c>server.auth.file</c> with few iterations, all with the secret "secret".</summary>
internal static class Logins
{
    public static string User(string name, string rights, string? tenants = null) => "users:\n" + Entry(name, rights, tenants);

    public static string Token(string name, string rights, string? tenants = null) => "tokens:\n" + Entry(name, rights, tenants);

    public static string Entry(string name, string rights, string? tenants)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(16);
        var hash = Rfc2898DeriveBytes.Pbkdf2("secret"u8, salt, 10_000, HashAlgorithmName.SHA256, 32);
        return $"  {name}:\n    hash: pbkdf2-sha256:10000:{Convert.ToBase64String(salt)}:{Convert.ToBase64String(hash)}\n    rights: {rights}\n" + (tenants is null ? "" : $"    tenants: {tenants}\n");
    }

    public static string Basic(string name, string password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"));
}
