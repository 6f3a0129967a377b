using System.Diagnostics;
using System.Text.RegularExpressions;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.ObjectStores;

[assembly: AssemblyFixture(typeof(StoreServers))]

namespace Rubato.IntegrationTests.ObjectStores;

/// <summary>The stores that other people wrote, each started by the first test that wants it: OpenStack Swift with its S3 face, and Azurite.</summary>
public sealed partial class StoreServers : IAsyncLifetime
{
    private readonly SemaphoreSlim _starting = new(1);
    private readonly TestFolder _folder = new();
    private ServerProgram? _swift;
    private ServerProgram? _azurite;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Its account "test" has the users tester (key testing-c0ffee), who may do everything, and reader (key reading).</summary>
    internal Task<Uri> SwiftAsync()
    {
        Requires.That(File.Exists("/usr/bin/swift-object-server"), "OpenStack Swift is not installed (apt-get install swift-proxy swift-account swift-container swift-object)");
        var script = Requires.RepositoryFolder("tests", "integration-clients", "swift_s3.py");
        return StartAsync(() => _swift, server => _swift = server, new ProcessStartInfo("/usr/bin/python3", [script, _folder.File("swift")]));
    }

    internal Task<Uri> AzuriteAsync()
    {
        var main = Requires.RepositoryFolder("tests", "integration-clients", "node_modules", "azurite", "dist", "src", "blob", "main.js");
        Requires.That(File.Exists(main), "run 'npm ci' in tests/integration-clients first");
        return StartAsync(() => _azurite, server => _azurite = server, new ProcessStartInfo(
            "node", [main, "--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck"]));
    }

    public async ValueTask DisposeAsync()
    {
        if (_swift is not null) await _swift.DisposeAsync();
        if (_azurite is not null) await _azurite.DisposeAsync();
        _folder.Dispose();
        _starting.Dispose();
    }

    private async Task<Uri> StartAsync(Func<ServerProgram?> running, Action<ServerProgram> keep, ProcessStartInfo start)
    {
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (running() is null) keep(await ServerProgram.StartAsync(start, Listening()));
            return running()!.Address;
        }
        finally
        {
            _starting.Release();
        }
    }

    [GeneratedRegex(@"listen(?:s|ing) on (http://\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex Listening();
}
