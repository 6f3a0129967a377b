using System.Globalization;
using Microsoft.AspNetCore.Http;
using Rubato.Model.Scanning;

namespace Rubato.Query.Api;

/// <summary>Reads URL parameters by Tempo's rules: the first of repeated ones counts, an empty one is absent (spec/http-api.md 1.1).</summary>
internal sealed class QueryParameters(IQueryCollection query, TimeProvider time)
{
    private const ulong NanosPerSecond = 1_000_000_000;

    public string? this[string name] => query.TryGetValue(name, out var values) && values.Count > 0 && !string.IsNullOrEmpty(values[0]) ? values[0] : null;

    public IEnumerable<KeyValuePair<string, string>> All
    {
        get
        {
            foreach (var (name, values) in query)
            {
                if (values.Count > 0 && !string.IsNullOrEmpty(values[0])) yield return new(name, values[0]!);
            }
        }
    }

    public bool Has(string name) => this[name] is not null;

    /// <summary>A limit above zero, or null when absent.</summary>
    public int? PositiveLimit(string name)
    {
        if (this[name] is not { } text) return null;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value > uint.MaxValue)
        {
            // Go's own words for a number below zero differ from those for text; both are a 400.
            throw ApiException.BadRequest(text.StartsWith('-') && long.TryParse(text, CultureInfo.InvariantCulture, out _)
                ? $"invalid {name}: must be a positive number"
                : $"invalid {name}: strconv.ParseUint: parsing \"{text}\": invalid syntax");
        }

        return value > 0 ? (int)Math.Min(value, int.MaxValue) : throw ApiException.BadRequest($"invalid {name}: must be a positive number");
    }

    /// <summary>A number, or 0 where it is absent or no number (tag endpoints are lenient).</summary>
    public int LenientNumber(string name) =>
        this[name] is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;

    /// <summary>Search: whole unix seconds (spec/http-api.md 1.6, 4).</summary>
    public TimeRange SearchRange(TimeSpan defaultRange, TimeSpan cutoff, TimeSpan maxDuration)
    {
        if (Since(cutoff) is { } since) return Checked(since, maxDuration);
        var start = UnixSeconds("start");
        var end = UnixSeconds("end");
        var latest = Now() - Nanos(cutoff);
        if (start is null && end is null) return new TimeRange(latest - Nanos(defaultRange), latest);
        if (start is null || end is null)
            throw ApiException.BadRequest("error parsing date range: only one of start and end provided: must provide both or neither");
        if (end <= start)
            throw ApiException.BadRequest(Invariant($"http parameter start must be before end. received start={start} end={end}"));
        if (maxDuration > TimeSpan.Zero && (double)(end.Value - start.Value) > maxDuration.TotalSeconds)
        {
            throw ApiException.BadRequest(Invariant(
                $"range specified by start and end exceeds {GoDuration.Format(maxDuration)}. received start={start} end={end}"));
        }

        var endNano = end.Value * NanosPerSecond;
        if (cutoff > TimeSpan.Zero) endNano = Math.Min(endNano, latest);
        return new TimeRange(start.Value * NanosPerSecond, endNano);
    }

    /// <summary>Tags, values and metrics: seconds, nanoseconds, fractional seconds or RFC 3339.</summary>
    public TimeRange FlexibleRange(TimeSpan defaultRange, TimeSpan cutoff)
    {
        if (Since(cutoff) is { } since) return since;
        var start = FlexibleTime("start");
        var end = FlexibleTime("end");
        var latest = Now() - Nanos(cutoff);
        if (start is null && end is null) return new TimeRange(latest - Nanos(defaultRange), latest);
        if (start is null || end is null)
            throw ApiException.BadRequest("error parsing date range: only one of start and end provided: must provide both or neither");
        if (cutoff > TimeSpan.Zero && end > latest) end = latest;
        return new TimeRange(start.Value, end.Value);
    }

    /// <summary>Trace by id: int64 seconds, 0 = unbounded.</summary>
    public TimeRange TraceRange()
    {
        var start = TraceTime("start");
        var end = TraceTime("end");
        if (start != 0 && end != 0 && end <= start)
            throw ApiException.BadRequest(Invariant($"http parameter start must be before end. received start={start} end={end}"));
        return new TimeRange(
            start > 0 ? (ulong)start * NanosPerSecond : 0, end > 0 && end < long.MaxValue / 1_000_000_000 ? (ulong)end * NanosPerSecond : ulong.MaxValue);
    }

    public ulong Now() => (ulong)(time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static ulong Nanos(TimeSpan span) => (ulong)span.Ticks * 100;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static TimeRange Checked(TimeRange range, TimeSpan maxDuration)
    {
        if (maxDuration > TimeSpan.Zero && range.EndUnixNano - range.StartUnixNano > Nanos(maxDuration))
        {
            throw ApiException.BadRequest(Invariant(
                $"range specified by start and end exceeds {GoDuration.Format(maxDuration)}. received start={range.StartUnixNano / NanosPerSecond} end={range.EndUnixNano / NanosPerSecond}"));
        }

        return range;
    }

    private TimeRange? Since(TimeSpan cutoff)
    {
        if (this["since"] is not { } text) return null;
        if (!GoDuration.TryParsePrometheus(text, out var since) && !GoDuration.TryParse(text, out since))
            throw ApiException.BadRequest($"error parsing date range: could not parse 'since' parameter: \"{text}\" is not a duration such as 5m, 1h30m or 1d");
        var end = Now() - Nanos(cutoff);
        return new TimeRange(end - Math.Min(end, Nanos(since)), end);
    }

    private ulong? UnixSeconds(string name)
    {
        if (this[name] is not { } text) return null;
        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw ApiException.BadRequest($"invalid {name}: strconv.ParseUint: parsing \"{text}\": invalid syntax");
    }

    private long TraceTime(string name)
    {
        if (this[name] is not { } text) return 0;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw ApiException.BadRequest($"invalid {name}: strconv.ParseInt: parsing \"{text}\": invalid syntax");
    }

    private ulong? FlexibleTime(string name)
    {
        if (this[name] is not { } text) return null;
        if (text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0 && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole))
            return text.Length <= 10 ? whole * NanosPerSecond : whole;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1.8e10)
            return (ulong)Math.Round(seconds * 1000) * 1_000_000;
        if (text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at >= DateTimeOffset.UnixEpoch)
            return (ulong)(at - DateTimeOffset.UnixEpoch).Ticks * 100;
        throw ApiException.BadRequest($"error parsing date range: could not parse '{name}' parameter: \"{text}\" is neither a unix time nor RFC 3339");
    }
}
