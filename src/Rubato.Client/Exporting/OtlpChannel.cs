using OpenTelemetry.Exporter;

namespace Rubato.Client;

/// <summary>
/// The connection to the receiver, with the settings of gRPC channels that OpenTelemetry's exporter does not have (the guide's S116): its HTTP client is ours.
/// </summary>
internal sealed class OtlpChannel : IDisposable
{
    /// <summary>The longest message in either direction: 10 MB.</summary>
    public const int MaxMessageBytes = 10 * 1024 * 1024;

    private readonly TracingSettings _settings;
    private readonly CancellationTokenSource _ending = new();
    private readonly HttpClient _client;
    private (long Spans, string Message)? _refused;

    public OtlpChannel(TracingSettings settings, RubatoTracingOptions options)
        : this(settings, options, new RoundRobinHandler(settings.ConnectTimeout, options.Time))
    {
    }

    internal OtlpChannel(TracingSettings settings, RubatoTracingOptions options, HttpMessageHandler transport)
    {
        _settings = settings;
        _client = new HttpClient(new RetryingHandler(this, transport, settings.ExportTimeout, options.Retry, options.Time, options.Random))
        {
            Timeout = settings.ExportTimeout,
            MaxResponseContentBufferSize = MaxMessageBytes,
        };
        foreach ((string name, string value) in options.Headers)
        {
            _client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }

        if (options.Tenant.Length > 0)
        {
            _client.DefaultRequestHeaders.TryAddWithoutValidation("X-Scope-OrgID", options.Tenant);
        }
    }

    /// <summary>Why the latest request failed; null after one that did not.</summary>
    public string? LastFailure { get; set; }

    /// <summary>Cancelled once nothing is tried again any more.</summary>
    public CancellationToken Ending => _ending.Token;

    public OtlpExporterOptions ExporterOptions() => new()
    {
        Endpoint = _settings.Endpoint,
        Protocol = OtlpExportProtocol.Grpc,
        TimeoutMilliseconds = (int)_settings.ExportTimeout.TotalMilliseconds,
        HttpClientFactory = () => _client,
    };

    public void StopRetrying() => _ending.Cancel();

    public void NoteRefused(long spans, string message) => _refused = (spans, message);

    public (long Spans, string Message)? TakeRefused()
    {
        (long Spans, string Message)? refused = _refused;
        _refused = null;
        return refused;
    }

    public void Dispose()
    {
        // Not the cancellation source: a request that still runs may ask it.
        _ending.Cancel();
        _client.Dispose();
    }
}
