namespace Rubato.Configuration.Options;

/// <summary>The key in the file where it is not the property's name in snake case.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ConfigKeyAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>A number of bytes: suffixes such as <c>64MiB</c> are understood.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class BytesAttribute : Attribute;

/// <summary>The inclusive range of a number.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ConfigRangeAttribute(double min, double max = double.PositiveInfinity) : Attribute
{
    public double Min { get; } = min;

    public double Max { get; } = max;
}

/// <summary>The only texts that the key takes.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OneOfAttribute(params string[] values) : Attribute
{
    public IReadOnlyList<string> Values { get; } = values;
}

/// <summary>A text that people try and that the key does not take: what to do instead.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotAvailableAttribute(string value, string advice) : Attribute
{
    public string Value { get; } = value;

    public string Advice { get; } = advice;
}

/// <summary>Read and checked, but the part that would use it is not built yet; setting it gives a warning.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NoEffectYetAttribute : Attribute;

/// <summary>An older spelling; setting it gives a warning that names the preferred key.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PreferAttribute(string preferred) : Attribute
{
    public string Preferred { get; } = preferred;
}

/// <summary>Computed from other keys, so not a key itself.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotAKeyAttribute : Attribute;

/// <summary>Never shown: neither on <c>/status/config</c> nor in a message.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretAttribute : Attribute;

/// <summary>The section's keys may be spelt with dashes too, as the documentation of some of them does.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TakesDashesAttribute : Attribute;
