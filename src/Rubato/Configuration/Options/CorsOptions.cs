namespace Rubato.Configuration.Options;

/// <summary><c>cors</c>: which web pages may send spans from a browser. Without origins: none.</summary>
internal sealed class CorsOptions
{
    /// <summary>Origins such as <c>https://shop.example</c>; <c>*</c> stands for any text.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    public IReadOnlyList<string> AllowedHeaders { get; init; } = [];

    /// <summary>Seconds for which a browser may remember the answer; 0 means its own default.</summary>
    [ConfigRange(0, int.MaxValue)]
    public int MaxAge { get; init; }
}
