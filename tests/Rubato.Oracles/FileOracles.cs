using System.Collections.Concurrent;
using Rubato.Storage.Parquet;

namespace Rubato.Oracles;

/// <summary>
/// Reads a Parquet file of ours with our reader, with ParquetSharp and with DuckDB, and compares all columns: every value, null and list, in order.
/// Then asks DuckDB for values that are there and for some that are not, so that no statistic and no Bloom filter hides a row.
/// </summary>
internal static class FileOracles
{
    // Opening DuckDB costs more than reading a small file.
    private static readonly ConcurrentBag<DuckFile> IdleDucks = [];

    /// <exception cref="OracleException">They do not agree; the message names the reader, the column and the first difference.</exception>
    public static OracleReport Check(string path, OracleOptions? options = null)
    {
        options ??= OracleOptions.Default;
        using var own = new OwnFile(path);
        using var arrow = new ArrowFile(path);
        if (!IdleDucks.TryTake(out var duck)) duck = new DuckFile();
        try
        {
            CheckShape(own, arrow);
            var values = CheckColumns(path, own, arrow, duck);
            var (questions, filtered) = EqualityQuestions.Ask(path, own, duck, options);
            return new OracleReport(own.RowCount, own.Schema.Count, values, questions, filtered);
        }
        catch (Exception e) when (e is not OracleException)
        {
            throw new OracleException($"{path}: {e.GetType().Name}: {e.Message}", e);
        }
        finally
        {
            IdleDucks.Add(duck);
        }
    }

    private static void CheckShape(OwnFile own, ArrowFile arrow)
    {
        if ((own.RowCount, own.RowGroupCount, own.Schema.Count) != (arrow.RowCount, arrow.RowGroupCount, arrow.ColumnCount))
            throw new OracleException($"we see {own.RowCount} rows, {own.RowGroupCount} row groups, {own.Schema.Count} columns; ParquetSharp {arrow.RowCount}, {arrow.RowGroupCount}, {arrow.ColumnCount}");
        for (var g = 0; g < own.RowGroupCount; g++)
        {
            if (own.RowsOf(g) != arrow.RowsOf(g)) throw new OracleException($"row group {g} has {own.RowsOf(g)} rows to us, {arrow.RowsOf(g)} to ParquetSharp");
        }

        for (var c = 0; c < own.Schema.Count; c++)
        {
            if (own.Schema[c].Path != arrow.PathOf(c)) throw new OracleException($"column {c} is '{own.Schema[c].Path}' to us and '{arrow.PathOf(c)}' to ParquetSharp");
        }
    }

    private static long CheckColumns(string path, OwnFile own, ArrowFile arrow, DuckFile duck)
    {
        var ducks = new DigestSink[own.Schema.Count];
        for (var c = 0; c < ducks.Length; c++) ducks[c] = new DigestSink();
        var rows = duck.Read(path, ducks);
        if (rows != own.RowCount) throw new OracleException($"we see {own.RowCount} rows, DuckDB {rows}");

        long values = 0;
        for (var c = 0; c < ducks.Length; c++)
        {
            var (ours, oursInMicros, theirs) = (new DigestSink(), new DigestSink(), new DigestSink());
            var isInstant = own.Schema[c].LogicalType == ParquetLogicalType.TimestampNanosUtc;
            own.Read(c, isInstant ? new TeeSink(ours, new MicrosSink(oursInMicros)) : ours);
            arrow.Read(c, theirs);
            var digest = ours.Finish();
            values += ours.Values;
            Compare("ParquetSharp", digest, theirs.Finish(), (a, b) => (own, arrow).ReadBoth(c, a, b));
            Compare("DuckDB", isInstant ? oursInMicros.Finish() : digest, ducks[c].Finish(), (a, b) =>
            {
                own.Read(c, isInstant ? new MicrosSink(a) : a);
                var sinks = new ColumnSink?[own.Schema.Count];
                sinks[c] = b;
                duck.Read(path, sinks);
            });

            void Compare(string reader, string mine, string its, Action<ListSink, ListSink> again)
            {
                if (mine == its) return;
                var (a, b) = (new ListSink(), new ListSink());
                again(a, b);
                throw new OracleException($"{path}, column '{own.Schema[c].Path}': we read {mine}; {reader} {its}; {ListSink.FirstDifference(a, b)}");
            }
        }

        return values;
    }

    private static void ReadBoth(this (OwnFile Own, ArrowFile Arrow) files, int column, ColumnSink ours, ColumnSink theirs)
    {
        files.Own.Read(column, ours);
        files.Arrow.Read(column, theirs);
    }
}
