namespace Rubato.Web.Compare;

/// <summary>What is compared, as the address says.</summary>
/// <param name="A">Id of the first trace; empty for none.</param>
/// <param name="B">Id of the second.</param>
/// <param name="OnlyChanges">Rows that are about the same are left out.</param>
public sealed record CompareState(string A, string B, bool OnlyChanges)
{
    private const int LongestId = 32;
    private const int LongestShown = 80;

    public static CompareState Parse(string? a, string? b, string? only) => new(Trimmed(a), Trimmed(b), only == "changes");

    /// <summary>Relative to the UI's root.</summary>
    public string ToAddress() => $"compare?a={Uri.EscapeDataString(A)}&b={Uri.EscapeDataString(B)}{(OnlyChanges ? "&only=changes" : "")}";

    /// <summary>Why this cannot be asked for, in words; null where it can.</summary>
    public static string? Problem(string name, string id) =>
        id.Length == 0 ? $"{name}: enter the id of a trace"
        : id.Length > LongestId || !id.All(char.IsAsciiHexDigit) ? $"{name}: '{id}' is no trace id; expected 1 to {LongestId} hexadecimal digits"
        : null;

    private static string Trimmed(string? id)
    {
        var text = (id ?? "").Trim();
        return text.Length <= LongestShown ? text : text[..LongestShown];
    }
}
