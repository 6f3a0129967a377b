using System.Diagnostics;
using System.Globalization;
using Rubato.Storage.Blocks;

namespace Rubato.Oracles;

/// <summary>
/// <c>Rubato.Oracles [--spans N] [--seed S] [--compacted] [FILE]</c>: compares a data.parquet, or a new block of N spans of the load's shape, through all readers;
/// <c>--compacted</c> writes it as the compactor does.
/// Exit code 0: they agree; 1: they do not; 2: bad arguments.
/// </summary>
internal static class OracleCommand
{
    public static int Run(string[] args)
    {
        long spans = 2_000_000;
        ulong seed = 1;
        string? file = null;
        var options = BlockWriterOptions.Default;
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "--spans" or "--seed")
            {
                if (i + 1 == args.Length || !ulong.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return Usage(args[i] + " needs a number");
                if (args[i] == "--spans") spans = (long)Math.Clamp(value, 1, 100_000_000);
                else seed = value;
                i++;
            }
            else if (args[i] == "--compacted")
            {
                options = BlockWriterOptions.Compacted;
            }
            else if (File.Exists(args[i]))
            {
                file = args[i];
            }
            else
            {
                return Usage("there is no file " + args[i]);
            }
        }

        return file is null ? WriteAndCheck(spans, seed, options) : Check(file) ? 0 : 1;
    }

    private static int WriteAndCheck(long spans, ulong seed, BlockWriterOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("rubato-oracle-").FullName;
        try
        {
            var started = Stopwatch.GetTimestamp();
            var figures = LargeBlock.Write(folder, spans, seed, options);
            Say($"wrote {figures.SpanCount} spans, {figures.TraceCount} traces, {figures.EventCount} events, {figures.LinkCount} links, {figures.RowGroupCount} row groups, {figures.DataBytes} bytes (seed {seed}): {Seconds(started)} s");
            GC.Collect();
            return Check(Path.Combine(folder, BlockKeys.Data)) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool Check(string file)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            var report = FileOracles.Check(file, new OracleOptions { PlainColumns = 12, ValuesEach = 3 });
            Say($"our reader, ParquetSharp and DuckDB agree on {report.Columns} columns of {report.Rows} rows ({report.Values} values), and on {report.Questions} equality questions ({report.BloomFilteredColumns} columns with Bloom filters): {Seconds(started)} s");
            return true;
        }
        catch (OracleException e)
        {
            Console.Error.WriteLine(e.Message);
            return false;
        }
    }

    private static string Seconds(long started) => Stopwatch.GetElapsedTime(started).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static int Usage(string problem)
    {
        Console.Error.WriteLine($"{problem}\nusage: Rubato.Oracles [--spans N] [--seed S] [--compacted] [FILE]");
        return 2;
    }
}
