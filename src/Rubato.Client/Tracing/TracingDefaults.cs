namespace Rubato.Client;

/// <summary>What an option is that nobody set (spec: the guide's S53).</summary>
internal static class TracingDefaults
{
    public const string Endpoint = "http://localhost:4317";
    public const string ServiceName = "my-service";
    public const string ServiceVersion = "1.0.0";
    public const string Environment = "development";
    public const int MaxQueueSize = 2048;
    public const int MaxExportBatchSize = 512;
    public static readonly TimeSpan BatchTimeout = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan ExportTimeout = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
}
