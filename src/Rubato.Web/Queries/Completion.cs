namespace Rubato.Web.Queries;

/// <summary>Something that can be typed at the caret.</summary>
/// <param name="Text">What takes the place of what was typed.</param>
/// <param name="Hint">What it is, in a word.</param>
/// <param name="CaretBack">How far before its end the caret comes to stand.</param>
internal sealed record Completion(string Text, string Hint, int CaretBack = 0)
{
    public string Label { get; init; } = Text.Trim();
}
