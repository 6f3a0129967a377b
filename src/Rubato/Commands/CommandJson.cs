using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rubato.Commands;

/// <summary>How the commands write JSON for scripts.</summary>
internal static class CommandJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>One value a line.</summary>
    public static readonly JsonSerializerOptions Lines = new(Options) { WriteIndented = false };
}
