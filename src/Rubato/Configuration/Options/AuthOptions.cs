namespace Rubato.Configuration.Options;

/// <summary><c>server.auth</c>: who may ask and send. Off without a file.</summary>
internal sealed class AuthOptions
{
    /// <summary>YAML with users and tokens, their secrets hashed (<c>rubato auth hash</c>). Empty: everybody may do everything.</summary>
    public string File { get; init; } = "";

    /// <summary>How often the file is looked at; a changed one holds from then on.</summary>
    public TimeSpan ReloadPeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether <c>/ready</c>, <c>/live</c> and gRPC's health service answer without a login.</summary>
    public bool OpenReady { get; init; } = true;

    /// <summary>Whether <c>/metrics</c> answers without a login.</summary>
    public bool OpenMetrics { get; init; }

    /// <summary>Whether Jaeger's UDP ports may be open beside a login: their packets carry none.</summary>
    public bool AllowUdp { get; init; }
}
