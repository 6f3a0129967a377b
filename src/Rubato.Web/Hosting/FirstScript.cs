using System.Security.Cryptography;
using System.Text;

namespace Rubato.Web.Hosting;

/// <summary>
/// The script inside every page (<c>Scripts/</c>): a file would be one more to wait for before anything else can begin. The content security policy names it by its hash,
/// so no other script in a page runs.
/// </summary>
internal static class FirstScript
{
    private static readonly string[] Parts = ["start.js", "keys.js", "connection.js"];

    public static string Text { get; } = Read();

    /// <summary>As a source of <c>script-src</c>.</summary>
    public static string Source { get; } = $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))}'";

    private static string Read()
    {
        var all = new StringBuilder();
        foreach (var part in Parts)
        {
            using var reader = new StreamReader(typeof(FirstScript).Assembly.GetManifestResourceStream(part)!, Encoding.UTF8);
            all.Append(reader.ReadToEnd());
        }

        // As browsers see it, whatever the checkout made of line ends: the hash is over that.
        return all.ToString().ReplaceLineEndings("\n");
    }
}
