using Rubato.Web.Times;

namespace Rubato.Web.Services;

/// <summary>What the page of services shows, as its address says.</summary>
/// <param name="Service">The one that is looked at; empty for all.</param>
/// <param name="Filter">A part of names.</param>
public sealed record ServicesState(string Service, string Filter, RedSort Sort, TimeRange Range)
{
    private const int LongestText = 500;

    public static ServicesState Parse(string? service, string? filter, string? sort, string? from, string? to, DateTimeOffset now) => new(
        Bounded(service), Bounded(filter), Enum.TryParse<RedSort>(sort, ignoreCase: true, out var order) && Enum.IsDefined(order) ? order : RedSort.Rate, TimeRange.Parse(from, to, now));

    /// <summary>Relative to the UI's root; what is as usual is left out.</summary>
    public string ToAddress()
    {
        var parts = new List<string>();
        if (Service.Length > 0) parts.Add("service=" + Uri.EscapeDataString(Service));
        if (Filter.Length > 0) parts.Add("filter=" + Uri.EscapeDataString(Filter));
        if (Sort != RedSort.Rate) parts.Add("sort=" + Sort.ToString().ToLowerInvariant());
        Range.AddTo(parts);
        return "services" + (parts.Count == 0 ? "" : "?" + string.Join('&', parts));
    }

    /// <summary>One service, with all of its operations.</summary>
    public ServicesState Of(string service) => this with { Service = service, Filter = "" };

    private static string Bounded(string? text) => text is null ? "" : text.Length <= LongestText ? text : text[..LongestText];
}
