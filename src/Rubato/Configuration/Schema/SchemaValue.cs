namespace Rubato.Configuration.Schema;

/// <summary>One key with a value: type, default, range.</summary>
internal sealed class SchemaValue(ValueKind kind) : SchemaNode
{
    public ValueKind Kind { get; } = kind;

    /// <summary>The value when nobody sets the key; null where Tempo has none.</summary>
    public object? Default { get; set; }

    /// <summary>False: read and checked only, since the part that would use it is not built yet.</summary>
    public bool HasEffect { get; set; }

    public double Min { get; init; } = double.NegativeInfinity;

    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>The only texts that the key takes; empty for any.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];

    /// <summary>A text beside <see cref="OneOf"/> that people try, and what to do instead.</summary>
    public (string Value, string Advice)? NotAvailable { get; init; }

    /// <summary>For an older spelling: the preferred key.</summary>
    public string? Prefer { get; init; }

    /// <summary>What each element of a <see cref="ValueKind.SectionList"/> looks like.</summary>
    public SchemaSection? Element { get; init; }
}
