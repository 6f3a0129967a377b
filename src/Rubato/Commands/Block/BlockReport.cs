using System.Globalization;
using System.Text.Json;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks;
using Spectre.Console;

namespace Rubato.Commands.Block;

/// <summary>What <c>rubato block</c> prints.</summary>
internal static class BlockReport
{
    public static void WriteList(IReadOnlyList<FoundBlock> blocks, bool json, TextWriter output)
    {
        if (json)
        {
            WriteJson(blocks.Select(b => new { b.Tenant, b.Block, b.Problem, b.Meta }), output);
            return;
        }

        Table table = Columns("Tenant", "Block", "Start", "End", ">Traces", ">Spans", ">Bytes", ">Level", "Problem");
        foreach (var b in blocks)
        {
            table.AddRow(Cells(
                b.Tenant, b.Block, Time(b.Meta?.StartTime), Time(b.Meta?.EndTime), Number(b.Meta?.TotalObjects), Number(b.Meta?.TotalSpans),
                Number(b.Meta?.Size), Number(b.Meta?.CompactionLevel), b.Problem ?? ""));
        }

        Write(table, output);
    }

    public static void WriteBlock(BlockDescription block, bool withColumns, bool json, TextWriter output)
    {
        if (json)
        {
            WriteJson<object>(withColumns ? block : new { block.TraceCount, block.RowGroups }, output);
            return;
        }

        Table groups = Columns(">Row group", ">Spans", ">Traces", ">Events", ">Links", "Start", "End");
        for (var g = 0; g < block.RowGroups.Count; g++)
        {
            var group = block.RowGroups[g];
            groups.AddRow(Cells(
                Number(g), Number(group.SpanCount), Number(group.TraceCount), Number(group.EventCount), Number(group.LinkCount),
                Time(group.TimeRange.StartUnixNano), Time(group.TimeRange.EndUnixNano)));
        }

        Write(groups, output);
        if (!withColumns) return;
        Table columns = Columns("Column", "Type", ">Values", ">Bytes", "Dictionary", "Index");
        foreach (var c in block.Columns.OrderByDescending(c => c.Bytes))
            columns.AddRow(Cells(c.Name, c.Type, Number(c.ValueCount), Number(c.Bytes), c.HasDictionary ? "yes" : "", c.Index));
        Write(columns, output);
    }

    public static void WriteSchema(BlockDescription block, bool json, TextWriter output)
    {
        if (json)
        {
            WriteJson(block.Columns.Select(c => new { c.Name, c.Type }), output);
            return;
        }

        Table table = Columns("Column", "Type");
        foreach (var c in block.Columns) table.AddRow(Cells(c.Name, c.Type));
        Write(table, output);
    }

    public static void WriteSpans(IReadOnlyList<Span> spans, bool json, TextWriter output)
    {
        if (json)
        {
            WriteJson(
                spans.Select(s => new
                {
                    traceId = s.TraceId.ToString(),
                    spanId = s.SpanId.ToString(),
                    parentSpanId = s.ParentSpanId.IsZero ? null : s.ParentSpanId.ToString(),
                    s.Name,
                    kind = s.Kind.ToString(),
                    status = s.StatusCode.ToString(),
                    s.StartUnixNano,
                    s.DurationNano,
                    resource = Texts(s.Resource.Attributes),
                    attributes = Texts(s.Attributes),
                    events = s.Events.Select(e => new { e.TimeUnixNano, e.Name, attributes = Texts(e.Attributes) }),
                    links = s.Links.Count,
                }),
                output);
            return;
        }

        Table table = Columns("Span", "Parent", "Service", "Name", "Kind", "Status", ">Milliseconds", ">Attributes", ">Events");
        foreach (var s in spans)
        {
            var service = s.Resource.Attributes.FirstOrDefault(a => a.Key == "service.name").Value;
            table.AddRow(Cells(
                s.SpanId.ToString(), s.ParentSpanId.IsZero ? "" : s.ParentSpanId.ToString(), service?.ToString() ?? "", s.Name, s.Kind.ToString(),
                s.StatusCode.ToString(), (s.DurationNano / 1e6).ToString("0.###", CultureInfo.InvariantCulture), Number(s.Attributes.Count), Number(s.Events.Count)));
        }

        Write(table, output);
    }

    private static List<KeyValuePair<string, string>> Texts(IReadOnlyList<KeyValuePair<string, AttributeValue>> attributes) =>
        [.. attributes.Select(a => new KeyValuePair<string, string>(a.Key, a.Value.ToString()))];

    private static void WriteJson<T>(T value, TextWriter output) => output.WriteLine(JsonSerializer.Serialize(value, CommandJson.Options));

    private static Table Columns(params ReadOnlySpan<string> names)
    {
        Table table = new() { Border = TableBorder.Simple };
        foreach (var name in names) table.AddColumn(name.StartsWith('>') ? new TableColumn(name[1..]).RightAligned() : new TableColumn(name));
        return table;
    }

    // Names are senders' text: nothing in them is markup.
    private static string[] Cells(params ReadOnlySpan<string> texts)
    {
        var cells = new string[texts.Length];
        for (var i = 0; i < cells.Length; i++) cells[i] = Markup.Escape(texts[i]);
        return cells;
    }

    private static void Write(Table table, TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        // In a pipe there is no width to fit into: lines stay whole for grep.
        if (Console.IsOutputRedirected) console.Profile.Width = 400;
        console.Write(table);
    }

    private static string Number(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "";

    private static string Time(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";

    private static string Time(ulong unixNano) =>
        unixNano / 1_000_000 < 253_402_300_800_000 ? Time(DateTimeOffset.FromUnixTimeMilliseconds((long)(unixNano / 1_000_000))) : Number((long)unixNano);
}
