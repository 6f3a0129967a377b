namespace Rubato.Storage.ObjectStores;

public sealed class ObjectNotFoundException(string store, string key, Exception? inner = null)
    : IOException($"{store} has no object {key}", inner)
{
    public string Key { get; } = key;
}
