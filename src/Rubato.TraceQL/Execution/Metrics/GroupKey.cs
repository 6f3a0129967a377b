using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>The values by which spans are grouped, compared by type and value: 5, 5.0 and "5" are three.</summary>
internal readonly struct GroupKey(StaticValue[] values) : IEquatable<GroupKey>
{
    public ReadOnlySpan<StaticValue> Values => values;

    public bool Equals(GroupKey other) => Values.SequenceEqual(other.Values);

    public override bool Equals(object? obj) => obj is GroupKey other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var value in values) hash.Add(value);
        return hash.ToHashCode();
    }
}
