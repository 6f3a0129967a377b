using Rubato.Oracles;
using Rubato.Storage.Blocks;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks;

/// <summary>
/// A block of 2 million spans of the load's shape, all columns through all readers. Where everything is required, as in CI; elsewhere 100,000 spans.
/// <c>dotnet run dev.cs -- oracle --spans N</c> does the same for any size.
/// </summary>
public sealed class LargeBlockOracleTests
{
    private const int SpansInCi = 2_000_000;
    private const int SpansElsewhere = 100_000;

    [Fact]
    public void A_large_block_is_the_same_to_all_readers() =>
        Check(Environment.GetEnvironmentVariable("RUBATO_TEST_REQUIRE_ALL") == "1" ? SpansInCi : SpansElsewhere, BlockWriterOptions.Default);

    [Fact]
    public void So_is_one_that_is_packed_as_the_compactor_packs_it() => Check(SpansElsewhere, BlockWriterOptions.Compacted);

    private static void Check(int spans, BlockWriterOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("rubato-large-").FullName;
        try
        {
            var figures = LargeBlock.Write(folder, spans, seed: 1, options);
            var report = FileOracles.Check(Path.Combine(folder, BlockKeys.Data), new OracleOptions { PlainColumns = 8 });

            Assert.True(report.Rows >= spans);
            Assert.Equal(figures.SpanCount, report.Rows);
            Assert.True(report.Columns > 100);
            Assert.True(report.Questions > 20);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
