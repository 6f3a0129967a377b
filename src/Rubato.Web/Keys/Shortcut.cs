namespace Rubato.Web.Keys;

/// <summary>A key, or two after one another, and what it does.</summary>
/// <param name="Keys">As <c>/</c>, <c>g s</c>, <c>ctrl+b</c>, <c>arrowdown</c>, <c>shift+arrowdown</c>: what the browser calls the key, in lower case unless it is a character.</param>
/// <param name="Help">What it does, for the list of keys.</param>
/// <param name="Group">The heading it stands under, such as Pages.</param>
/// <param name="Run">Null for what a script of the page does by itself: it is in the list only.</param>
public sealed record Shortcut(string Keys, string Help, string Group, Func<Task>? Run);
