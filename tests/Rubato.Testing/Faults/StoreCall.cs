namespace Rubato.Testing.Faults;

/// <param name="Operation">get, head, put, create, list or delete.</param>
/// <param name="Key">The object, or the prefix of a list.</param>
public readonly record struct StoreCall(string Operation, string Key);
