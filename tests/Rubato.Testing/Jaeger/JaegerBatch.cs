namespace Rubato.Testing.Jaeger;

/// <summary>What a Jaeger client sends, as plain objects: written by <see cref="JaegerProtoWriter"/> and <see cref="JaegerThriftWriter"/>.</summary>
public sealed record JaegerBatch(JaegerProcess Process, IReadOnlyList<JaegerSpan> Spans);

public sealed record JaegerProcess(string ServiceName, IReadOnlyList<JaegerTag> Tags);

/// <summary>Times in microseconds, as Thrift has them.</summary>
public sealed record JaegerSpan
{
    public ulong TraceHigh { get; init; }

    public ulong TraceLow { get; init; } = 1;

    public ulong SpanId { get; init; } = 1;

    /// <summary>Thrift only.</summary>
    public ulong ParentId { get; init; }

    public string Name { get; init; } = "";

    public IReadOnlyList<JaegerReference> References { get; init; } = [];

    public int Flags { get; init; } = 1;

    public long Start { get; init; }

    public long Duration { get; init; }

    public IReadOnlyList<JaegerTag> Tags { get; init; } = [];

    public IReadOnlyList<JaegerLog> Logs { get; init; } = [];

    /// <summary>gRPC only.</summary>
    public JaegerProcess? Process { get; init; }
}

public sealed record JaegerReference(bool IsFollowsFrom, ulong TraceHigh, ulong TraceLow, ulong SpanId);

public sealed record JaegerLog(long Time, IReadOnlyList<JaegerTag> Fields);

/// <summary>A value is a string, bool, long, double or byte[]; an int stands for a type of that number, which nobody knows.</summary>
public sealed record JaegerTag(string Key, object Value);
