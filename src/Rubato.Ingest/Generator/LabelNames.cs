namespace Rubato.Ingest.Generator;

/// <summary>Attribute names as label names (spec/metrics-generator.md 2.3).</summary>
internal static class LabelNames
{
    public static readonly string[] Intrinsics = ["service", "span_name", "span_kind", "status_code", "status_message"];

    private static readonly string[] Kinds =
        ["SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER"];

    private static readonly string[] Statuses = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

    public static string KindOf(long kind) => (ulong)kind < 6 ? Kinds[kind] : Kinds[0];

    public static string StatusOf(long status) => (ulong)status < 3 ? Statuses[status] : Statuses[0];

    /// <summary>
    /// Whatever is not a letter, digit or underscore becomes an underscore; a name that is taken gets two in front. So do those that Prometheus itself gives a meaning to: it would refuse the
    /// whole request for a series that has one of them twice.
    /// </summary>
    public static string Of(string attribute, params ReadOnlySpan<string> taken)
    {
        var name = string.Create(attribute.Length, attribute, static (to, from) =>
        {
            for (var i = 0; i < from.Length; i++) to[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
        });
        return name is "le" or "__name__" || taken.Contains(name) ? "__" + name : name;
    }

    public static string Cut(string text, int maxBytes)
    {
        if (maxBytes <= 0 || text.Length * 3 <= maxBytes || System.Text.Encoding.UTF8.GetByteCount(text) <= maxBytes) return text;
        var end = Math.Min(text.Length, maxBytes);
        while (end > 0 && (System.Text.Encoding.UTF8.GetByteCount(text.AsSpan(0, end)) > maxBytes || char.IsHighSurrogate(text[end - 1]))) end--;
        return text[..end];
    }
}
