using System.Globalization;
using System.Text;
using Rubato.Model.Columns;

namespace Rubato.Storage.Blocks.V1.Schema;

/// <summary>
/// Gives attribute columns their names: owner, dot, key. A name that is taken gets the type (<c>span.size:int</c>), then a
/// number (<c>span.size:int~2</c>). Case is ignored when comparing, because DuckDB's names do. The mapping stands in the
/// footer, so a reader never takes names apart.
/// </summary>
internal sealed class ColumnNames
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    public static string Of(AttributeOwner owner) => owner switch
    {
        AttributeOwner.Resource => "resource",
        AttributeOwner.Scope => "scope",
        AttributeOwner.Span => "span",
        AttributeOwner.Event => "event",
        AttributeOwner.Link => "link",
        _ => throw new ArgumentOutOfRangeException(nameof(owner)),
    };

    public static string Of(ColumnType type) => type switch
    {
        ColumnType.String => "string",
        ColumnType.Int64 => "int",
        ColumnType.Double => "double",
        ColumnType.Bool => "bool",
        ColumnType.Any => "any",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    public static bool TryParse(string? text, out AttributeOwner owner)
    {
        for (owner = AttributeOwner.Resource; owner <= AttributeOwner.Link; owner++)
        {
            if (text == Of(owner)) return true;
        }

        return false;
    }

    public static bool TryParse(string? text, out ColumnType type)
    {
        for (type = ColumnType.String; type <= ColumnType.Any; type++)
        {
            if (text == Of(type)) return true;
        }

        return false;
    }

    public static string Overflow(AttributeOwner owner) => Of(owner) + "_overflow";

    /// <summary>A free name; columns of a key must be asked for in the order of <see cref="ColumnType"/>.</summary>
    public string Take(AttributeKey column)
    {
        var name = Of(column.Owner) + "." + WithoutControls(column.Key);
        if (_taken.Add(name)) return name;
        name += ":" + Of(column.Type);
        if (_taken.Add(name)) return name;
        for (var i = 2; ; i++)
        {
            var numbered = name + "~" + i.ToString(CultureInfo.InvariantCulture);
            if (_taken.Add(numbered)) return numbered;
        }
    }

    // A zero byte ends a name in tools written in C.
    private static string WithoutControls(string key)
    {
        if (!key.Any(char.IsControl)) return key;
        var text = new StringBuilder(key.Length);
        foreach (var c in key) text.Append(char.IsControl(c) ? '_' : c);
        return text.ToString();
    }
}
