using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Generating;

/// <summary>Debian's Prometheus with the remote write receiver, exemplars and native histograms, on a free loopback port and a folder of its own.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly int _port = FreePort();
    private Process? _process;

    public Uri Address => new($"http://127.0.0.1:{_port}");

    public string WriteUrl => Address + "api/v1/write";

    public static async Task<PrometheusServer> StartAsync()
    {
        Requires.That(Requires.OnPath("prometheus"), "prometheus is not on the path (Debian's package of that name)");
        var server = new PrometheusServer();
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>On the same port and folder.</summary>
    public async Task StartAgainAsync()
    {
        var config = Path.Combine(_folder.Path, "prometheus.yml");
        await File.WriteAllTextAsync(config, "global: {scrape_interval: 1h}\nstorage: {exemplars: {max_exemplars: 10000}}\n");
        var info = new ProcessStartInfo("prometheus") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
        {
            "--config.file=" + config, "--storage.tsdb.path=" + Path.Combine(_folder.Path, "data"), $"--web.listen-address=127.0.0.1:{_port}",
            "--web.enable-remote-write-receiver", "--enable-feature=exemplar-storage,native-histograms", "--query.lookback-delta=10m",
        })
            info.ArgumentList.Add(argument);
        _process = Process.Start(info)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Within.Get(TimeSpan.FromSeconds(30), IsReadyAsync, good => good, "Prometheus");
    }

    public async Task KillAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>The sum of an instant query's values; NaN when there are none.</summary>
    public async Task<double> ValueAsync(string promql)
    {
        var values = await AllAsync(promql);
        return values.Count == 0 ? double.NaN : values.Sum(v => v.Value);
    }

    /// <summary>An instant query: labels and value of each series.</summary>
    public async Task<List<(Dictionary<string, string> Labels, double Value)>> AllAsync(string promql)
    {
        using var answer = JsonDocument.Parse(await _http.GetStringAsync(new Uri(Address, "/api/v1/query?query=" + Uri.EscapeDataString(promql))));
        return [.. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(series => (
            series.GetProperty("metric").EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString()!),
            double.Parse(series.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture)))];
    }

    /// <summary>Waits until a query gives a value.</summary>
    public Task<double> BecomesAsync(string promql, double expected) =>
        Within.Get(TimeSpan.FromSeconds(30), () => ValueAsync(promql), v => Math.Abs(v - expected) < 1e-9, $"{promql} = {expected}");

    /// <summary>Trace ids of the exemplars of a selector.</summary>
    public async Task<List<string>> ExemplarsAsync(string selector)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var uri = new Uri(Address, $"/api/v1/query_exemplars?query={Uri.EscapeDataString(selector)}&start={now - 600}&end={now + 60}");
        using var answer = JsonDocument.Parse(await _http.GetStringAsync(uri));
        return [.. answer.RootElement.GetProperty("data").EnumerateArray().SelectMany(s => s.GetProperty("exemplars").EnumerateArray())
            .Select(e => e.GetProperty("labels").GetProperty("traceID").GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        Assert.False(_process!.HasExited, "Prometheus ended");
        try
        {
            using var answer = await _http.GetAsync(new Uri(Address, "/-/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
