using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Keeping;

/// <summary>What an earlier version left on the disk is served by this one.</summary>
public sealed class UpgradeTests
{
    /// <summary>Earlier versions kept their log in <c>wal.path</c> itself.</summary>
    [Fact]
    public async Task Spans_in_a_log_at_the_old_place_are_found_once_and_the_log_moves()
    {
        await using var server = await RubatoProcess.StartAsync();
        var id = Make.TraceId();
        await server.Otlp.SendAsync(Make.Span(id, 1), Make.Span(id, 2, parent: 1));
        await server.Kill9Async();
        var old = Path.GetDirectoryName(server.WalFolder)!;
        foreach (var file in Directory.EnumerateFiles(server.WalFolder))
            File.Move(file, Path.Combine(old, Path.GetFileName(file)));
        Directory.Delete(server.WalFolder, recursive: true);

        for (var start = 0; start < 2; start++)
        {
            await server.StartAgainAsync();
            Assert.Equal(2, (await server.Api.TraceAsync(id)).Count);
            Assert.Equal((1, 2), await server.Api.CountAsync());
            Assert.Empty(Directory.EnumerateFiles(old));
            Assert.NotEmpty(Directory.EnumerateFiles(server.WalFolder, "*.wal"));
            Assert.Equal(0, await server.StopAsync());
        }
    }
}
