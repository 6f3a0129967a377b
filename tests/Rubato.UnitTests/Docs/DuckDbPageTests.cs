using System.Globalization;
using DuckDB.NET.Data;
using Rubato.Commands.Load;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Oracles;
using Rubato.Storage.Blocks;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;
using Rubato.UnitTests.Golden;
using Xunit;

namespace Rubato.UnitTests.Docs;

/// <summary>
/// docs/duckdb.md says what is true: every query runs on blocks that we write, and gives the table below it. After a change of the page,
/// RUBATO_RECORD_GOLDEN=1 writes the tables anew.
/// </summary>
public sealed class DuckDbPageTests : IDisposable
{
    private const int Requests = 16;

    private readonly string _folder = Directory.CreateTempSubdirectory("rubato-duckdb-page-").FullName;
    private readonly List<Span> _spans = [];
    private readonly DuckDBConnection _duck = new("DataSource=:memory:");

    public DuckDbPageTests()
    {
        // The last request comes twice, as a sender's retry does, into two blocks.
        var shape = new LoadShape(seed: 7, 1_760_000_000_000_000_000, spansPerSecond: 2_000);
        foreach (var (number, requests) in new[] { Enumerable.Range(0, 6), Enumerable.Range(6, 6), Enumerable.Range(12, Requests - 12).Append(0) }.Index()) WriteBlock(shape, number, requests);
        _duck.Open();
        Execute("SET threads = 1; SET TimeZone = 'UTC'");
    }

    [Fact]
    public void Every_query_gives_the_table_below_it()
    {
        var text = File.ReadAllText(DuckDbPage.Path);
        var page = DuckDbPage.Read(text);
        Assert.True(page.Queries.Count > 10);
        var tables = new List<string>();
        foreach (var (sql, _) in page.Queries)
        {
            var (columns, rows) = Run(sql);
            if (!sql.StartsWith("CREATE", StringComparison.Ordinal)) Assert.True(rows.Count > 0, $"no rows:\n{sql}");
            tables.Add(rows.Count == 0 ? "" : DuckDbPage.Table(columns, rows));
        }

        if (GoldenFiles.RecordingAsked) File.WriteAllText(DuckDbPage.Path, DuckDbPage.WithTables(text, tables));
        else Assert.Equal(tables, page.Queries.Select(q => q.Table));
    }

    [Fact]
    public async Task Errors_by_service_are_those_that_the_plain_evaluator_finds()
    {
        Assert.True(TraceQLCompiler.TryCompile("{ status = error }", QueryUse.Search, out var query, out _));
        var condition = ((SpansetFilter)query.Pipeline.Stages[0]).Condition;
        var expected = new Dictionary<string, long>();
        foreach (var trace in _spans.DistinctBy(Identity).GroupBy(s => s.TraceId))
        {
            var plain = PlainTrace.Of(trace.Key, [.. trace]);
            foreach (var i in PlainEvaluator.Filter(condition, plain))
            {
                var service = plain.Spans[i].Resource.Attributes.First(a => a.Key == "service.name").Value.ToString();
                expected[service] = expected.GetValueOrDefault(service) + 1;
            }
        }

        await Task.CompletedTask;
        Run(Query("CREATE"));
        var (_, rows) = Run("""
            SELECT service, count(*) FROM (
              SELECT "resource.service.name" AS service, status_code FROM spans
              QUALIFY row_number() OVER (PARTITION BY trace_id, span_id, kind, start_time) = 1)
            WHERE status_code = 2 GROUP BY service
            """);
        Assert.NotEmpty(expected);
        Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal), rows.Select(r => KeyValuePair.Create((string)r[0]!, Convert.ToInt64(r[1], CultureInfo.InvariantCulture))).OrderBy(e => e.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Each_span_once_counts_what_was_sent()
    {
        Run(Query("CREATE"));
        var (_, rows) = Run(Query("SELECT count(*) AS rows"));
        Assert.Equal((_spans.Count, _spans.DistinctBy(Identity).Count()), (Convert.ToInt32(rows[0][0], CultureInfo.InvariantCulture), Convert.ToInt32(rows[0][1], CultureInfo.InvariantCulture)));
        Assert.NotEqual(rows[0][0], rows[0][1]);
    }

    [Fact]
    public void The_trace_of_the_page_is_whole_and_in_order()
    {
        Run(Query("CREATE"));
        var sql = Query("SELECT nested_set_left");
        var id = sql.Split('\'')[1];
        var (_, rows) = Run(sql.Replace("LIMIT 6", "", StringComparison.Ordinal));
        var expected = _spans.Where(s => s.TraceId.ToString() == id).DistinctBy(Identity).Select(s => s.SpanId.ToString());
        Assert.Equal(expected.Order(StringComparer.Ordinal), rows.Select(r => (string)r[4]!).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(1, Convert.ToInt32(rows[0][0], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _duck.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static (TraceId, SpanId, SpanKind, ulong) Identity(Span s) => (s.TraceId, s.SpanId, s.Kind, s.StartUnixNano);

    private static string Query(string start) => DuckDbPage.Read(File.ReadAllText(DuckDbPage.Path)).Queries.First(q => q.Sql.StartsWith(start, StringComparison.Ordinal)).Sql;

    private void WriteBlock(LoadShape shape, int number, IEnumerable<int> requests)
    {
        var builder = new SpanBatchBuilder();
        var buffer = new byte[shape.MaxRequestBytes];
        foreach (var r in requests) OtlpReader.Read(buffer.AsSpan(0, shape.Write(r, buffer)), builder);
        var batch = new BatchSegment(builder.Snapshot());
        _spans.AddRange(batch.ReadSpansAsync(RowSet.Range(0, batch.SpanCount), ScanContext.None).AsTask().GetAwaiter().GetResult());

        var folder = Directory.CreateDirectory(Path.Combine(_folder, "blocks", "single-tenant", $"0199c000-0000-7000-8000-00000000000{number}")).FullName;
        var path = Path.Combine(folder, BlockKeys.Data);
        using (var data = File.Create(path))
            BlockFormats.Current.Write([BatchRows.All(batch.Batch)], data, Stream.Null, new BlockWriterOptions { RowGroupSpans = 1500 }, CancellationToken.None);
        FileOracles.Check(path);
    }

    private (List<string> Columns, List<object?[]> Rows) Run(string sql)
    {
        using var command = _duck.CreateCommand();
        command.CommandText = sql.Replace("'blocks/", $"'{_folder}/blocks/", StringComparison.Ordinal);
        try
        {
            using var reader = command.ExecuteReader();
            var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
            var rows = new List<object?[]>();
            while (reader.Read()) rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
            return (columns, rows);
        }
        catch (DuckDBException e)
        {
            Assert.Fail($"{e.Message}\n{sql}");
            throw;
        }
    }

    private void Execute(string sql)
    {
        using var command = _duck.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
