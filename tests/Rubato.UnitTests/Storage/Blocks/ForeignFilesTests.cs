using DuckDB.NET.Data;
using ParquetSharp;
using Rubato.Commands;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Storage.Blocks;
using Rubato.Testing;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks;

/// <summary>A Parquet file that is not a block's data is refused in words: by queries that meet it and by <c>rubato block</c>.</summary>
public sealed class ForeignFilesTests
{
    public static TheoryData<string, string> Files => new()
    {
        { "another program's", "not written by Rubato" },
        { "a later version", "format 'rubato9' cannot be read; this release reads 'rubato1'" },
        { "without the list of columns", "the footer has no 'rubato.columns'" },
        { "another schema", "is missing" },
        { "encrypted", "encrypted" },
        { "encrypted columns", "encrypted" },
        { "nested lists", "outside the supported subset" },
        { "lists", "a group that is not repeated" },
        { "int96", "INT96" },
        { "floats", "FLOAT" },
        { "no Parquet", "does not end with PAR1" },
        { "empty", "too few" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task It_is_refused_by_name(string what, string words)
    {
        using var block = TestBlock.Write(new SpanGenerator(42) { KeyCount = 4 }.Batches(1, 60));
        Make(what, block.DataPath);

        var e = await Assert.ThrowsAsync<SegmentDamagedException>(async () => await TestBlock.Format.RebuildIndexAsync(block.Folder, CancellationToken.None));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);

        // A block whose data was exchanged: whatever is asked of the data is refused, and names the block.
        using var mixed = TestBlock.Format.OpenFolder(block.Folder, new BlockCache(16 << 20));
        var segment = (await mixed.OpenSegmentsAsync(CancellationToken.None))[0];
        e = await Assert.ThrowsAsync<SegmentDamagedException>(async () => await segment.ReadAsync(SpanColumn.Name, ScanContext.None));
        Assert.Contains(block.Folder, e.Message, StringComparison.Ordinal);

        var error = new StringWriter();
        var console = new System.CommandLine.InvocationConfiguration { Output = new StringWriter(), Error = error };
        var command = Rubato.Commands.Block.BlockCommand.Create().Parse(["rebuild-index", block.Folder]);
        Assert.Equal(ExitCodes.Failure, await command.InvokeAsync(console, TestContext.Current.CancellationToken));
        Assert.Contains(words, error.ToString(), StringComparison.Ordinal);
    }

    private static void Make(string what, string path)
    {
        File.Delete(path);
        var metadata = new Dictionary<string, string> { ["rubato.version"] = what == "a later version" ? "rubato9" : "rubato1", ["rubato.columns"] = "[]" };
        if (what is "another program's" or "encrypted columns") metadata.Clear();
        if (what == "without the list of columns") metadata.Remove("rubato.columns");
        switch (what)
        {
            case "no Parquet":
                File.WriteAllBytes(path, new byte[5000]);
                break;
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            case "nested lists":
                DuckDb($"COPY (SELECT [[1, 2], [3]] AS trace_id) TO '{path}' (FORMAT parquet)");
                break;
            case "lists":
                DuckDb($"COPY (SELECT [1, 2] AS trace_id) TO '{path}' (FORMAT parquet)");
                break;
            case "floats":
                DuckDb($"COPY (SELECT 1.5::FLOAT AS duration) TO '{path}' (FORMAT parquet)");
                break;
            case "int96":
                WriteInt96(path);
                break;
            default:
                WriteNumbers(path, metadata, what);
                break;
        }
    }

    private static void DuckDb(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static void WriteInt96(string path)
    {
        using var node = new ParquetSharp.Schema.PrimitiveNode("start_time", Repetition.Required, LogicalType.None(), PhysicalType.Int96);
        using var schema = new ParquetSharp.Schema.GroupNode("schema", Repetition.Required, [node]);
        using var properties = WriterProperties.GetDefaultWriterProperties();
        using var writer = new ParquetFileWriter(path, schema, properties);
        using (var group = writer.AppendRowGroup())
        using (var column = (ColumnWriter<Int96>)group.NextColumn())
            column.WriteBatch([new Int96(1, 2, 3)]);
        writer.Close();
    }

    private static void WriteNumbers(string path, Dictionary<string, string> metadata, string what)
    {
        using var builder = new WriterPropertiesBuilder();
        builder.DataPageVersion(ParquetDataPageVersion.V2);
        if (what.StartsWith("encrypted", StringComparison.Ordinal))
        {
            using var encryption = new FileEncryptionPropertiesBuilder(new byte[16]);
            if (what == "encrypted columns") encryption.SetPlaintextFooter();
            builder.Encryption(encryption.Build());
        }

        using var properties = builder.Build();
        using var writer = new ParquetFileWriter(path, [new Column<long>("duration")], properties, metadata);
        using (var group = writer.AppendRowGroup())
        using (var column = group.NextColumn().LogicalWriter<long>())
            column.WriteBatch([1L, 2, 3]);
        writer.Close();
    }
}
