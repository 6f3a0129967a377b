using System.Globalization;
using DuckDB.NET.Data;
using ParquetSharp;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Testing;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks;

/// <summary>Other people's readers see what we wrote.</summary>
public sealed class BlockOracleTests
{
    [Fact]
    public async Task DuckDb_reads_the_same_values()
    {
        using var block = TestBlock.Write(new SpanGenerator(11).Batches(4, 300, new BatchLimits { MaxAttributeColumns = 20 }));
        var segments = await block.SegmentsAsync();
        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();

        Assert.Equal(block.Figures.SpanCount, Convert.ToInt32(Scalar("count(*)"), CultureInfo.InvariantCulture));
        Assert.Equal(await SumAsync(SpanColumn.NestedSetLeft), Convert.ToInt64(Scalar("sum(nested_set_left)::BIGINT"), CultureInfo.InvariantCulture));
        Assert.Equal(block.Figures.EventCount, Convert.ToInt64(Scalar("sum(len(events))::BIGINT"), CultureInfo.InvariantCulture));
        Assert.Equal(block.Figures.LinkCount, Convert.ToInt64(Scalar("sum(len(links))::BIGINT"), CultureInfo.InvariantCulture));
        Assert.Equal(block.Figures.TraceCount, Convert.ToInt32(Scalar("count(distinct trace_id)"), CultureInfo.InvariantCulture));
        foreach (var (name, owner, key) in new[] { ("resource.service.name", AttributeOwner.Resource, "service.name"), ("span.key.2", AttributeOwner.Span, "key.2"), ("span.Schlüssel", AttributeOwner.Span, "Schlüssel") })
        {
            var expected = new List<string>();
            foreach (var segment in segments)
            {
                foreach (var info in segment.Attributes.Where(a => a.Owner == owner && a.Key == key && a.Type == ColumnType.String))
                {
                    var vector = (StringVector)await segment.ReadAsync(info, ScanContext.None);
                    for (var i = 0; i < vector.Count; i++) expected.Add(Convert.ToHexString(vector[i]));
                }
            }

            Assert.NotEmpty(expected);
            Assert.Equal(expected, Column($"hex(\"{name}\")", $"\"{name}\" is not null"));
        }

        object Scalar(string expression)
        {
            using var command = duck.CreateCommand();
            command.CommandText = $"select {expression} from read_parquet('{block.DataPath}')";
            return command.ExecuteScalar()!;
        }

        List<string> Column(string expression, string where)
        {
            using var command = duck.CreateCommand();
            command.CommandText = $"select {expression} from read_parquet('{block.DataPath}') where {where}";
            using var reader = command.ExecuteReader();
            var values = new List<string>();
            while (reader.Read()) values.Add(reader.GetString(0));
            return values;
        }

        async Task<long> SumAsync(SpanColumn column)
        {
            long sum = 0;
            foreach (var segment in segments)
            {
                foreach (var value in ((Int64Vector)(await segment.ReadAsync(column, ScanContext.None))!).Values) sum += value;
            }

            return sum;
        }
    }

    [Fact]
    public async Task ParquetSharp_reads_every_column_and_the_same_ids()
    {
        using var block = TestBlock.Write(new SpanGenerator(12).Batches(3, 300));
        var segments = await block.SegmentsAsync();
        using var file = new ParquetFileReader(block.DataPath);

        Assert.Equal(block.Figures.SpanCount, file.FileMetaData.NumRows);
        Assert.Equal(segments.Count, file.FileMetaData.NumRowGroups);
        for (var g = 0; g < segments.Count; g++)
        {
            using var group = file.RowGroup(g);
            for (var c = 0; c < file.FileMetaData.NumColumns; c++)
            {
                using var column = group.Column(c);
                long values = 0;
                while (column.HasNext) values += column.Skip(1024);
                Assert.True(values >= group.MetaData.NumRows);
            }

            var expected = ((Int64Vector)(await segments[g].ReadAsync(SpanColumn.DurationNano, ScanContext.None))!).Values.ToArray();
            using var durations = group.Column(8).LogicalReader<long>();
            Assert.Equal(expected, durations.ReadAll((int)group.MetaData.NumRows));
        }
    }
}
