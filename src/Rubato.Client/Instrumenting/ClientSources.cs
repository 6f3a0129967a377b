using System.Diagnostics;

namespace Rubato.Client;

/// <summary>The activity sources of this package.</summary>
internal static class ClientSources
{
    public static readonly ActivitySource Http = new("Rubato.Client.Http", typeof(ClientSources).Assembly.GetName().Version?.ToString(3) ?? "");

    /// <summary>A namesake of the source that .NET's HTTP client has: whoever listens to that one listens to this one.</summary>
    public static readonly ActivitySource NetHttp = new("System.Net.Http");
}
