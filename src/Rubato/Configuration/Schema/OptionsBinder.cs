namespace Rubato.Configuration.Schema;

/// <summary>Puts read values into an options object. Runs once at start, before anybody holds the object.</summary>
internal static class OptionsBinder
{
    public static void Bind(object options, ConfigValues values, string path)
    {
        foreach (var property in OptionsSchema.Keys(options.GetType()))
        {
            var key = ConfigValues.Join(path, OptionsSchema.KeyOf(property));
            if (OptionsSchema.IsSection(property.PropertyType))
                Bind(property.GetValue(options)!, values, key);
            else if (OptionsSchema.ElementOf(property.PropertyType) is { } element)
                property.SetValue(options, BindList(element, values.TryGet(key, out var items) ? (List<ConfigValues>)items : []));
            else if (values.TryGet(key, out var value))
                property.SetValue(options, Converted(property.PropertyType, value!));
        }
    }

    private static object Converted(Type type, object value) => value switch
    {
        long number when type == typeof(int) => (int)number,
        SortedDictionary<string, object> map => map.ToDictionary(entry => entry.Key, entry => (string)entry.Value, StringComparer.Ordinal),
        _ => value,
    };

    private static Array BindList(Type element, List<ConfigValues> items)
    {
        var list = Array.CreateInstance(element, items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            var options = Activator.CreateInstance(element)!;
            Bind(options, items[i], path: "");
            list.SetValue(options, i);
        }

        return list;
    }
}
