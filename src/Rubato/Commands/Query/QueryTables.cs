using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Rubato.Commands.Query;

/// <summary>Shows answers as tables.</summary>
internal static class QueryTables
{
    // Deeper spans keep the indent of this depth: beyond it the name would leave the screen.
    private const int MaxIndent = 20;
    private const int BarWidth = 24;

    public static void Search(IAnsiConsole console, JsonElement answer)
    {
        Table table = Create("Trace", "Start (UTC)", "Duration", "Service", "Name", "Matched");
        foreach (JsonElement trace in answer.Items("traces"))
        {
            long matched = trace.Items("spanSets").Sum(set => set.Int64("matched"));
            AddRow(
                table,
                trace.Text("traceID"), Start(trace.Int64("startTimeUnixNano")), Duration(trace.Int64("durationMs") * 1_000_000),
                trace.Text("rootServiceName"), trace.Text("rootTraceName"), matched == 0 ? "" : Number(matched));
        }

        Write(console, table, "no traces match");
        if (answer.Member("metrics") is { } metrics && metrics.Int64("inspectedBytes") is > 0 and var bytes)
        {
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[grey]{table.Rows.Count} traces, {bytes:N0} bytes inspected[/]");
        }
    }

    public static void Trace(IAnsiConsole console, JsonElement answer)
    {
        List<TraceTreeSpan> spans = TraceTree.Read(answer);
        long start = spans.Count == 0 ? 0 : spans.Min(span => span.StartUnixNano);
        long length = spans.Count == 0 ? 1 : Math.Max(1, spans.Max(span => span.EndUnixNano) - start);
        Table table = Create("Span", "Service", "Start", "Duration", "", "Status");
        foreach (TraceTreeSpan span in spans)
        {
            bool failed = span.Status == "ERROR";
            table.AddRow(
                new Text(new string(' ', Math.Min(span.Depth, MaxIndent) * 2) + span.Name),
                new Text(span.Service),
                new Text("+" + Duration(span.StartUnixNano - start)),
                new Text(Duration(span.DurationNanos)),
                new Text(Bar(span, start, length), failed ? Color.Red : Color.Blue),
                new Text(failed ? $"error {span.Message}".TrimEnd() : span.Status.ToLowerInvariant(), failed ? Color.Red : Style.Plain));
        }

        Write(console, table, "the trace has no spans");
        console.MarkupLineInterpolated(
            CultureInfo.InvariantCulture, $"[grey]{spans.Count} spans of {spans.Select(s => s.Service).Distinct().Count()} services, {Start(start)}, {Duration(length)}[/]");
    }

    /// <summary>A line for each series: its one value, or how many samples it has and between which values they lie.</summary>
    public static void Metrics(IAnsiConsole console, JsonElement answer)
    {
        Table table = Create("Series", "Samples", "Smallest", "Largest", "Last");
        foreach (JsonElement series in answer.Items("series"))
        {
            double[] values = series.Member("samples") is null ? [series.Number("value")] : [.. series.Items("samples").Select(s => s.Number("value"))];
            if (values.Length == 0) continue;
            AddRow(table, Labels(series), Number(values.Length), Number(values.Min()), Number(values.Max()), Number(values[^1]));
        }

        Write(console, table, "no series");
        if (answer.Text("message") is { Length: > 0 } message)
        {
            console.WriteLine($"partial: {message}");
        }
    }

    public static void Tags(IAnsiConsole console, JsonElement answer)
    {
        Table table = Create("Scope", "Tag");
        foreach (JsonElement scope in answer.Items("scopes"))
        {
            foreach (JsonElement tag in scope.Items("tags"))
            {
                AddRow(table, scope.Text("name"), tag.ToString());
            }
        }

        Write(console, table, "no tags");
    }

    public static void Values(IAnsiConsole console, JsonElement answer)
    {
        Table table = Create("Type", "Value");
        foreach (JsonElement value in answer.Items("tagValues"))
        {
            AddRow(table, value.Text("type"), value.Text("value"));
        }

        Write(console, table, "no values");
    }

    internal static string Duration(long nanos) => Math.Abs(nanos) switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{nanos} ns"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{nanos / 1e3:0.#} us"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{nanos / 1e6:0.##} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanos / 1e9:0.###} s"),
    };

    private static string Bar(TraceTreeSpan span, long start, long length)
    {
        int from = Math.Clamp((int)((span.StartUnixNano - start) * (double)BarWidth / length), 0, BarWidth - 1);
        int cells = Math.Clamp((int)Math.Round(span.DurationNanos * (double)BarWidth / length), 1, BarWidth - from);
        return new string(' ', from) + new string('█', cells);
    }

    private static string Start(long unixNano) =>
        DateTime.UnixEpoch.AddTicks(unixNano / 100).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string Labels(JsonElement series) => string.Join(", ", series.Items("labels").Select(label =>
        label.Text("key") + "=" + (label.Member("value") is { ValueKind: JsonValueKind.Object } value ? value.EnumerateObject().Select(m => m.Value.ToString()).FirstOrDefault("") : "")));

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static Table Create(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))) { NoWrap = true });
        }

        return table;
    }

    // Names come from other people's spans: as Text they are shown as they are, never read as markup.
    private static void AddRow(Table table, params string[] cells) => table.AddRow([.. cells.Select(cell => new Text(cell))]);

    private static void Write(IAnsiConsole console, Table table, string whenEmpty)
    {
        if (table.Rows.Count == 0)
        {
            console.WriteLine(whenEmpty);
            return;
        }

        console.Write(table);
    }
}
