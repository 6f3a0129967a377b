using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Rubato.Commands;

/// <summary>Checks of option values, with errors that name the option, the value and what is allowed.</summary>
internal static class CommandChecks
{
    public static void Between<T>(OptionResult result, Option<T> option, T low, T high)
        where T : INumber<T>
    {
        // Text that is no number is left to the parser, which names it; asking the result for its value would throw here.
        if (result.Tokens is [{ Value: var text }] && T.TryParse(text, CultureInfo.InvariantCulture, out T? value) && !(value >= low && value <= high))
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} {value} is out of range: must be between {low} and {high}"));
        }
    }

    public static void HttpAddress(OptionResult result, Option<string?> option)
    {
        if (result.GetValue(option) is { } text && (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https")))
        {
            result.AddError($"{option.Name} {text} is not an address: must be like http://127.0.0.1:3200");
        }
    }
}
