namespace Rubato.Web.Queries;

/// <summary>What a piece of a query is, for its colour and for what may be typed after it.</summary>
internal enum QueryTokenKind
{
    Blank,
    Comment,

    /// <summary>A word that stands for a value: true, error, server.</summary>
    Keyword,
    Function,
    Intrinsic,
    Attribute,

    /// <summary>A word that the language does not know, at least not yet.</summary>
    Word,
    String,
    Number,
    Operator,
    Bracket,

    /// <summary>Nothing of the language.</summary>
    Wrong,
}

internal readonly record struct QueryToken(QueryTokenKind Kind, int Start, int Length, bool IsOpen = false)
{
    public int End => Start + Length;

    public bool IsSpace => Kind is QueryTokenKind.Blank or QueryTokenKind.Comment;

    /// <summary>What may be the beginning of a longer name.</summary>
    public bool IsName => Kind is QueryTokenKind.Word or QueryTokenKind.Attribute or QueryTokenKind.Intrinsic or QueryTokenKind.Keyword or QueryTokenKind.Function;

    public string In(string query) => query.Substring(Start, Length);
}
