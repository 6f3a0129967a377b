using Rubato.IntegrationTests.Harness;

[assembly: AssemblyFixture(typeof(SharedServer))]

// The machine of CI has two cores, and every test has at least one more process.
[assembly: Xunit.v3.Parallelization(MaxThreads = 2)]

namespace Rubato.IntegrationTests.Harness;

/// <summary>One server with default settings for all tests that only send and ask; each test has traces of its own on it.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private RubatoProcess? _server;

    internal RubatoProcess Server => _server!;

    public async ValueTask InitializeAsync() => _server = await RubatoProcess.StartAsync(new RubatoSettings()
        .With("server.warm_up", "true")
        .With("distributor.receivers.otlp.protocols.http.cors.allowed_origins", "[\"https://shop.example\"]"));

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
