using System.Globalization;

namespace Rubato.Ingest.Receivers.Thrift;

/// <summary>Why bytes are not the Thrift that they should be.</summary>
internal enum ThriftProblem
{
    None,
    Truncated,
    NegativeLength,
    LengthBeyondEnd,
    TooManyElements,
    UnknownType,
    TooDeep,
    BadVarint,
    NotAMessage,
    NotABatch,
    RequiredFieldMissing,
    ElementsOfOtherType,
}

/// <summary>The same for people.</summary>
internal static class ThriftProblemText
{
    public static string Of(ThriftProblem problem, int position) => string.Create(CultureInfo.InvariantCulture, $"malformed Thrift at byte {position}: {problem switch
    {
        ThriftProblem.Truncated => "it ends inside a value",
        ThriftProblem.NegativeLength => "a length or count is negative",
        ThriftProblem.LengthBeyondEnd => "a length reaches beyond the end",
        ThriftProblem.TooManyElements => "a list or map claims more elements than there are bytes left",
        ThriftProblem.UnknownType => "a value is of an unknown type",
        ThriftProblem.TooDeep => $"structs and lists are nested more than {ThriftSkip.MaxDepth} deep",
        ThriftProblem.BadVarint => "a number has too many bytes",
        ThriftProblem.NotAMessage => "it does not begin with a message header",
        ThriftProblem.NotABatch => "the message has no batch",
        ThriftProblem.RequiredFieldMissing => "a required field of the struct that ends here is missing",
        ThriftProblem.ElementsOfOtherType => "the list's elements are not structs",
        _ => "unknown problem",
    }}");
}
