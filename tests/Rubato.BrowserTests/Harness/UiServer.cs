using Rubato.IntegrationTests.Harness;
using Rubato.Model.Otlp;
using Rubato.Model.Spans;

namespace Rubato.BrowserTests.Harness;

/// <summary>The published server with spans of the test's choice.</summary>
internal sealed class UiServer : IAsyncDisposable
{
    private UiServer(RubatoProcess process) => Process = process;

    public RubatoProcess Process { get; }

    public Uri Address => Process.Http;

    public static async Task<UiServer> StartAsync(RubatoSettings? settings = null) => new(await RubatoProcess.StartAsync(settings));

    public async Task SendAsync(IEnumerable<Span> spans, string? tenant = null)
    {
        // Requests of a size that every receiver takes.
        foreach (var part in spans.Chunk(5_000))
        {
            var answer = await Process.Otlp.PostAsync(OtlpWriter.Write(part), tenant: tenant);
            Assert.True(answer.Status == System.Net.HttpStatusCode.OK, answer.ToString());
        }
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
