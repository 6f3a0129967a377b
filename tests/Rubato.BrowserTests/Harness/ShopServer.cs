using Rubato.BrowserTests.Harness;

[assembly: AssemblyFixture(typeof(ShopServer))]

namespace Rubato.BrowserTests.Harness;

/// <summary>A server with 30 orders and one trace of 10,000 spans that tests only read.</summary>
public sealed class ShopServer : IAsyncLifetime
{
    internal static readonly Rubato.Model.Spans.TraceId Large = new(0x1a26e, 1);

    private UiServer? _server;

    internal Uri Address => _server!.Address;

    public async ValueTask InitializeAsync()
    {
        _server = await UiServer.StartAsync();
        await _server.SendAsync(Enumerable.Range(0, 30).SelectMany(Shop.Order));
        await _server.SendAsync(Shop.Large(Large, 10_000));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null) return;
        var errors = _server.Process.Log.Lines.Where(l => l.Contains("level=error", StringComparison.Ordinal)).ToArray();
        await _server.DisposeAsync();
        Assert.True(errors.Length == 0, string.Join('\n', errors));
    }
}
