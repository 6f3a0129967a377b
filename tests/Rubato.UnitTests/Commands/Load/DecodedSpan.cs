using Xunit;
using System.Text;

namespace Rubato.UnitTests.Commands.Load;

/// <summary>A span of a generated request as the plain reader sees it.</summary>
internal sealed record DecodedSpan
{
    public required Dictionary<string, object> Resource { get; init; }

    public required string Scope { get; init; }

    public required string TraceId { get; init; }

    public required string SpanId { get; init; }

    public required string ParentSpanId { get; init; }

    public required string Name { get; init; }

    public required int Kind { get; init; }

    public required long Start { get; init; }

    public required long End { get; init; }

    public required Dictionary<string, object> Attributes { get; init; }

    public required string? ErrorMessage { get; init; }

    public required List<(long Time, string Name, Dictionary<string, object> Attributes)> Events { get; init; }

    public string Service => (string)Resource["service.name"];

    public static List<DecodedSpan> Request(ReadOnlySpan<byte> request)
    {
        List<DecodedSpan> spans = [];
        foreach (WireField resourceSpans in WireReader.Read(request))
        {
            Dictionary<string, object> resource = [];
            foreach (WireField part in WireReader.Read(resourceSpans.Content))
            {
                if (part.Number == 1)
                {
                    resource = KeyValues(WireReader.Read(part.Content), 1);
                    continue;
                }

                if (part.Number != 2)
                {
                    continue;
                }

                List<WireField> scopeSpans = WireReader.Read(part.Content);
                string scope = string.Join(' ', WireReader.Read(scopeSpans[0].Content).Where(f => f.Number <= 2).Select(f => Encoding.UTF8.GetString(f.Content)));
                spans.AddRange(scopeSpans.Where(f => f.Number == 2).Select(span => Span(resource, scope, WireReader.Read(span.Content))));
            }
        }

        return spans;
    }

    private static DecodedSpan Span(Dictionary<string, object> resource, string scope, List<WireField> fields)
    {
        byte[] Content(int number) => fields.SingleOrDefault(f => f.Number == number)?.Content ?? [];
        ulong Number(int number) => fields.Single(f => f.Number == number).Value;
        List<WireField> status = WireReader.Read(Content(15));
        return new DecodedSpan
        {
            Resource = resource,
            Scope = scope,
            TraceId = Convert.ToHexStringLower(Content(1)),
            SpanId = Convert.ToHexStringLower(Content(2)),
            ParentSpanId = Convert.ToHexStringLower(Content(4)),
            Name = Encoding.UTF8.GetString(Content(5)),
            Kind = (int)Number(6),
            Start = (long)Number(7),
            End = (long)Number(8),
            Attributes = KeyValues(fields, 9),
            ErrorMessage = status.Any(f => f is { Number: 3, Value: 2 }) ? Encoding.UTF8.GetString(status.SingleOrDefault(f => f.Number == 2)?.Content ?? []) : null,
            Events = [.. fields.Where(f => f.Number == 11).Select(f => WireReader.Read(f.Content)).Select(e =>
                ((long)e.Single(f => f.Number == 1).Value, Encoding.UTF8.GetString(e.Single(f => f.Number == 2).Content), KeyValues(e, 3)))],
        };
    }

    private static Dictionary<string, object> KeyValues(List<WireField> fields, int number) => fields
        .Where(f => f.Number == number)
        .Select(f => WireReader.Read(f.Content))
        .ToDictionary(pair => Encoding.UTF8.GetString(pair[0].Content), pair => Value(Assert.Single(WireReader.Read(pair[1].Content))));

    private static object Value(WireField field) => field.Number switch
    {
        1 => Encoding.UTF8.GetString(field.Content),
        2 => field.Value != 0,
        3 => (long)field.Value,
        4 => BitConverter.UInt64BitsToDouble(field.Value),
        _ => throw new InvalidDataException($"value field {field.Number}"),
    };
}
