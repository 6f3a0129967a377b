using System.Reflection;
using System.Text.Json;
using Rubato.Configuration.Options;

namespace Rubato.Configuration.Schema;

/// <summary>Describes an options class: its properties are the keys, their initial values the defaults.</summary>
internal static class OptionsSchema
{
    public static void Describe(object options, SchemaSection into)
    {
        into.TakesDashes |= options.GetType().GetCustomAttribute<TakesDashesAttribute>() is not null;
        foreach (var property in Keys(options.GetType()))
        {
            var key = KeyOf(property);
            var value = property.GetValue(options);
            if (IsSection(property.PropertyType))
                Describe(value!, into.Section(key));
            else if (ElementOf(property.PropertyType) is { } element)
                into.Add(key, DescribeList(element));
            else
                into.Add(key, Describe(property, value));
        }
    }

    public static IEnumerable<PropertyInfo> Keys(Type type) => type
        .GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(p => p.GetCustomAttribute<NotAKeyAttribute>() is null);

    public static string KeyOf(PropertyInfo property) =>
        property.GetCustomAttribute<ConfigKeyAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);

    /// <summary>Sections are classes of ours; everything else is a value.</summary>
    public static bool IsSection(Type type) => type is { IsClass: true, Namespace: "Rubato.Configuration.Options" };

    /// <summary>The options class of a list of sections; null for anything else.</summary>
    public static Type? ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) && IsSection(type.GenericTypeArguments[0]) ? type.GenericTypeArguments[0] : null;

    private static SchemaValue DescribeList(Type element)
    {
        var section = new SchemaSection();
        Describe(Activator.CreateInstance(element)!, section);
        return new SchemaValue(ValueKind.SectionList) { Element = section, HasEffect = true };
    }

    private static SchemaValue Describe(PropertyInfo property, object? value)
    {
        var range = property.GetCustomAttribute<ConfigRangeAttribute>();
        return new SchemaValue(KindOf(property))
        {
            Default = value switch
            {
                int number => (long)number,
                IReadOnlyList<string> list => list.ToArray(),
                IReadOnlyDictionary<string, string> => null,
                _ => value,
            },
            HasEffect = property.GetCustomAttribute<NoEffectYetAttribute>() is null,
            Min = range?.Min ?? double.NegativeInfinity,
            Max = range?.Max ?? (property.PropertyType == typeof(int) ? int.MaxValue : double.PositiveInfinity),
            OneOf = property.GetCustomAttribute<OneOfAttribute>()?.Values ?? [],
            NotAvailable = property.GetCustomAttribute<NotAvailableAttribute>() is { } not ? (not.Value, not.Advice) : null,
            Prefer = property.GetCustomAttribute<PreferAttribute>()?.Preferred,
        };
    }

    private static ValueKind KindOf(PropertyInfo property)
    {
        var type = property.PropertyType;
        return type switch
        {
            _ when property.GetCustomAttribute<BytesAttribute>() is not null => ValueKind.Bytes,
            _ when property.GetCustomAttribute<SecretAttribute>() is not null => ValueKind.Secret,
            _ when type == typeof(bool) => ValueKind.Bool,
            _ when type == typeof(int) || type == typeof(long) => ValueKind.Int,
            _ when type == typeof(double) => ValueKind.Float,
            _ when type == typeof(string) => ValueKind.Text,
            _ when type == typeof(TimeSpan) => ValueKind.Duration,
            _ when type == typeof(ListenEndpoint) => ValueKind.Endpoint,
            _ when type == typeof(WalSync) => ValueKind.WalSync,
            _ when type == typeof(IReadOnlyList<string>) => ValueKind.TextList,
            _ when type == typeof(IReadOnlyDictionary<string, string>) => ValueKind.TextMap,
            _ => throw new NotSupportedException($"{property.DeclaringType!.Name}.{property.Name}: no kind of key for {type.Name}"),
        };
    }
}
