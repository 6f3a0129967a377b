using System.Diagnostics;
using Rubato.IntegrationTests.Harness;
using Rubato.Testing.ObjectStores;

namespace Rubato.IntegrationTests.ObjectStores;

/// <summary>Our fake of Google Cloud Storage understands Google's own client, so what our store does with it is worth something.</summary>
public sealed class GcsFakeTests
{
    [Fact]
    public async Task Googles_client_for_Node_gets_along_with_the_fake()
    {
        Requires.NodeClients();
        await using var fake = new FakeGcsServer("traces", TimeProvider.System);
        await fake.StartAsync();
        var start = new ProcessStartInfo("node", ["gcs.js", fake.Address.GetLeftPart(UriPartial.Authority), "traces"])
        {
            WorkingDirectory = Requires.RepositoryFolder("tests", "integration-clients"),
        };
        var run = await ProcessRun.RunAsync(start, TimeSpan.FromSeconds(60));
        Assert.True(run.ExitCode == 0, run.Error + "\n" + string.Join('\n', fake.Faults.Requests));
        Assert.Equal("ok", run.Output.Trim());
    }
}
