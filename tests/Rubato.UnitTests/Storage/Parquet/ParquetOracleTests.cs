using CsCheck;
using Xunit;

namespace Rubato.UnitTests.Storage.Parquet;

/// <summary>Open data is the promise: whatever the codec writes, other engines must read the same.</summary>
public sealed class ParquetOracleTests
{
    [Fact]
    public void ParquetSharp_reads_the_same_values() => TestTables.Shapes.Sample(
        shape => WithFile(shape, ParquetSharpOracle.AssertReads), iter: 30);

    [Fact]
    public void DuckDB_reads_the_same_values() => TestTables.Shapes.Sample(
        shape => WithFile(shape, DuckDbOracle.AssertReads), iter: 20);

    private static void WithFile(TestTables.Shape shape, Action<string, TestTable> check)
    {
        TestTable table = TestTables.Make(shape);
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, table.Write(shape.Options, new Random(shape.Seed)));
            check(path, table);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
