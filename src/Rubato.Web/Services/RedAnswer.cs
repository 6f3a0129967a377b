namespace Rubato.Web.Services;

/// <summary>The answer of <c>api/rubato/red</c>; see docs/metrics-generator.md.</summary>
public sealed record RedAnswer
{
    public IReadOnlyList<RedRow> Services { get; init; } = [];

    public IReadOnlyList<RedRow> Operations { get; init; } = [];

    /// <summary>Unix seconds.</summary>
    public long Start { get; init; }

    public long End { get; init; }

    /// <summary>Seconds of an interval.</summary>
    public double Step { get; init; }
}

/// <summary>Rate, errors and durations of a service or of one of its operations. Durations in milliseconds.</summary>
public sealed record RedRow
{
    public string Service { get; init; } = "";

    /// <summary>Empty for a service as a whole.</summary>
    public string Operation { get; init; } = "";

    public long Calls { get; init; }

    /// <summary>Calls a second.</summary>
    public double Rate { get; init; }

    /// <summary>0 to 1.</summary>
    public double ErrorRate { get; init; }

    public double P50 { get; init; }

    public double P95 { get; init; }

    public double P99 { get; init; }

    public RedSeries Series { get; init; } = new();

    public string Name => Operation.Length > 0 ? Operation : Service;
}

/// <summary>A value for each interval; durations are null where nothing was called.</summary>
public sealed record RedSeries
{
    public IReadOnlyList<double> Rate { get; init; } = [];

    public IReadOnlyList<double> ErrorRate { get; init; } = [];

    public IReadOnlyList<double?> P50 { get; init; } = [];

    public IReadOnlyList<double?> P95 { get; init; } = [];

    public IReadOnlyList<double?> P99 { get; init; } = [];
}
