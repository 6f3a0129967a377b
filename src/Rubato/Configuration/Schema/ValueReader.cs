using System.Globalization;
using Rubato.Configuration.Options;
using Rubato.Configuration.Yaml;

namespace Rubato.Configuration.Schema;

/// <summary>Turns a node of the file, or the text of a flag, into the value that a key describes; or says why not.</summary>
internal static class ValueReader
{
    /// <summary>Reads everything but sections and their lists.</summary>
    public static bool TryRead(SchemaValue schema, YamlNode node, out object value, out string error)
    {
        value = "";
        switch (schema.Kind)
        {
            case ValueKind.Any:
                value = Plain(node)!;
                error = "";
                return true;
            case ValueKind.TextList or ValueKind.FloatList:
                return TryReadList(schema, node, out value, out error);
            case ValueKind.TextMap or ValueKind.SecretMap or ValueKind.BoolMap:
                return TryReadMap(schema, node, out value, out error);
            default:
                if (node is YamlScalar scalar)
                    return TryRead(schema, scalar.Text, out value, out error);
                error = $"expected {Describe(schema)}, found a {(node is YamlMap ? "section" : "list")}";
                return false;
        }
    }

    /// <summary>Reads one scalar, as in a flag.</summary>
    public static bool TryRead(SchemaValue schema, string text, out object value, out string error)
    {
        error = "";
        value = "";
        switch (schema.Kind)
        {
            case ValueKind.Bool when ConfigNumber.TryParseBoolean(text, out var boolean):
                value = boolean;
                return true;
            case ValueKind.Int when ConfigNumber.TryParseInteger(text, out var number):
                value = number;
                return InRange(schema, number, text, out error);
            case ValueKind.Bytes when ConfigNumber.TryParseBytes(text, out var bytes):
                value = bytes;
                return InRange(schema, bytes, text, out error);
            case ValueKind.Float when ConfigNumber.TryParseFloat(text, out var real):
                value = real;
                return InRange(schema, real, text, out error);
            case ValueKind.Text or ValueKind.Secret:
                value = text;
                return IsOneOf(schema, text, out error);
            case ValueKind.TextList:
                value = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                return AreOneOf(schema, (string[])value, out error);
            case ValueKind.Duration:
                var readDuration = ConfigDuration.TryParse(text, out var duration, out error);
                value = duration;
                return readDuration && NotNegative(duration, text, out error);
            case ValueKind.Endpoint:
                var readEndpoint = ListenEndpoint.TryParse(text, out var endpoint, out error);
                value = endpoint;
                return readEndpoint;
            case ValueKind.WalSync:
                var readSync = WalSync.TryParse(text, out var sync, out error);
                value = sync;
                return readSync;
            default:
                error = $"{Quote(schema, text)} is not {Describe(schema)}";
                return false;
        }
    }

    private static bool TryReadList(SchemaValue schema, YamlNode node, out object value, out string error)
    {
        var element = new SchemaValue(schema.Kind == ValueKind.FloatList ? ValueKind.Float : ValueKind.Text) { OneOf = schema.OneOf };
        var items = new List<object>();
        value = "";
        error = "";
        if (node is YamlScalar scalar && schema.Kind == ValueKind.TextList)
            return TryRead(schema, scalar.Text, out value, out error);
        if (node is not YamlList list)
        {
            error = $"expected {Describe(schema)}";
            return false;
        }

        foreach (var item in list.Items)
        {
            if (!TryRead(element, item, out var read, out error))
                return false;
            items.Add(read);
        }

        value = schema.Kind == ValueKind.FloatList ? items.Cast<double>().ToArray() : items.Cast<string>().ToArray();
        return true;
    }

    private static bool TryReadMap(SchemaValue schema, YamlNode node, out object value, out string error)
    {
        var element = new SchemaValue(schema.Kind == ValueKind.BoolMap ? ValueKind.Bool : ValueKind.Text) { OneOf = schema.OneOf };
        var result = new SortedDictionary<string, object>(StringComparer.Ordinal);
        value = result;
        error = "";
        if (node is not YamlMap map)
        {
            error = $"expected {Describe(schema)}";
            return false;
        }

        foreach (var (key, item) in map.Entries)
        {
            if (!TryRead(element, item, out var read, out error))
            {
                error = $"{key.Text}: {error}";
                return false;
            }

            result[key.Text] = read;
        }

        return true;
    }

    private static bool InRange(SchemaValue schema, double number, string text, out string error)
    {
        error = "";
        if (number >= schema.Min && number <= schema.Max)
            return true;
        error = (double.IsInfinity(schema.Min), double.IsInfinity(schema.Max)) switch
        {
            (false, true) => string.Create(CultureInfo.InvariantCulture, $"{text} is too small; at least {schema.Min}"),
            (true, false) => string.Create(CultureInfo.InvariantCulture, $"{text} is too large; at most {schema.Max}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{text} is out of range; expected {schema.Min} to {schema.Max}"),
        };
        return false;
    }

    private static bool NotNegative(TimeSpan duration, string text, out string error)
    {
        error = duration < TimeSpan.Zero ? $"{text} is negative" : "";
        return error.Length == 0;
    }

    private static bool AreOneOf(SchemaValue schema, IEnumerable<string> texts, out string error)
    {
        error = "";
        foreach (var text in texts)
        {
            if (!IsOneOf(schema, text, out error))
                return false;
        }

        return true;
    }

    private static string Hint(SchemaValue schema, string text) => schema.NotAvailable is { } not && string.Equals(text, not.Value, StringComparison.OrdinalIgnoreCase)
        ? ": " + not.Advice
        : DidYouMean.Hint(text, schema.OneOf);

    private static bool IsOneOf(SchemaValue schema, string text, out string error)
    {
        error = schema.OneOf.Count == 0 || schema.OneOf.Contains(text)
            ? ""
            : $"'{text}' is not one of {string.Join(", ", schema.OneOf.Where(one => one.Length > 0))}{Hint(schema, text)}";
        return error.Length == 0;
    }

    private static string Quote(SchemaValue schema, string text) => schema.Kind == ValueKind.Secret ? "the value" : $"'{text}'";

    private static string Describe(SchemaValue schema) => schema.Kind switch
    {
        ValueKind.Bool => "true or false",
        ValueKind.Int => "a whole number",
        ValueKind.Bytes => "a number of bytes, such as 10485760 or 10MiB",
        ValueKind.Float => "a number",
        ValueKind.Duration => "a duration, such as 30s or 1h30m",
        ValueKind.Endpoint => "an address, such as 0.0.0.0:4317",
        ValueKind.WalSync => "always, never or a duration",
        ValueKind.TextList => "a list of texts",
        ValueKind.FloatList => "a list of numbers",
        ValueKind.TextMap or ValueKind.SecretMap => "a map of texts",
        ValueKind.BoolMap => "a map of true or false",
        ValueKind.SectionList => "a list",
        _ => "a text",
    };

    /// <summary>A node without any description, for parts whose inside we do not know.</summary>
    private static object? Plain(YamlNode node) => node switch
    {
        YamlScalar { IsNull: true } => null,
        YamlScalar scalar => scalar.Text,
        YamlList list => list.Items.Select(Plain).ToArray(),
        YamlMap map => Sorted(map),
        _ => null,
    };

    private static SortedDictionary<string, object?> Sorted(YamlMap map)
    {
        var result = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (key, value) in map.Entries)
            result[key.Text] = Plain(value);
        return result;
    }
}
