namespace Rubato.Storage.ObjectStores;

public readonly record struct ObjectInfo(string Key, long Length, DateTimeOffset LastModified);
