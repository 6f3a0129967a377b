using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Configuration;
using Rubato.Server;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;
using Rubato.Storage.ObjectStores.Local;

namespace Rubato.Commands.Block;

/// <summary>Where a <c>rubato block</c> command finds its blocks: a folder of this machine, or the store of a configuration file.</summary>
internal sealed class BlockPlace : IDisposable
{
    private readonly IDisposable? _owned;

    private BlockPlace(IObjectStore store, string place, IDisposable? owned = null)
    {
        Store = store;
        Place = place;
        _owned = owned;
    }

    public IObjectStore Store { get; }

    /// <summary>For people.</summary>
    public string Place { get; }

    /// <summary>A data folder; the server's own has the blocks in a folder of their own beside the WAL.</summary>
    /// <exception cref="IOException">There is no such folder.</exception>
    public static BlockPlace OfFolder(string path)
    {
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"there is no folder {path}");
        var blocks = Path.Combine(path, "blocks");
        var root = Directory.Exists(blocks) ? blocks : path;
        return new BlockPlace(new LocalObjectStore(root), root);
    }

    /// <exception cref="InvalidDataException">The configuration cannot be used; says why.</exception>
    /// <exception cref="StartException">Its store cannot be used; says why.</exception>
    /// <exception cref="IOException">Its local folder is not there.</exception>
    public static BlockPlace OfConfiguration(string file)
    {
        var result = ConfigLoader.Load(file, Environment.GetEnvironmentVariable);
        if (!result.IsValid)
            throw new InvalidDataException(result.Errors[0].ToString());
        var trace = result.Config.Storage.Trace;
        if (trace.Backend == "local" && !Directory.Exists(trace.Local.Path))
            throw new DirectoryNotFoundException($"storage.trace.local.path: there is no folder {trace.Local.Path}");
        var inUse = new ObjectStoreFactory(TimeProvider.System, Random.Shared, NullLoggerFactory.Instance, Environment.GetEnvironmentVariable).Create(trace);
        return new BlockPlace(inUse.Store, inUse.Place, inUse);
    }

    /// <summary>The folder of one block: with a configuration <c>TENANT/BLOCK</c>, else a path of this machine.</summary>
    public static (BlockPlace Place, string Folder) OfBlock(string block, string? configuration)
    {
        if (configuration is not null)
        {
            var key = block.TrimEnd('/') + "/";
            if (!BlockKeys.TryParse(key + BlockKeys.Meta, out _, out _, out _))
                throw new InvalidDataException($"'{block}' must be TENANT/BLOCK, as rubato block ls shows them");
            return (OfConfiguration(configuration), key);
        }

        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(block));
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"there is no folder {path}");
        // Where tenant and block are the folders' names, the description is checked against them.
        var (root, folder) = (Path.GetDirectoryName(path)!, Path.GetFileName(path) + "/");
        if (BlockId.TryParse(Path.GetFileName(path), out _) && Path.GetDirectoryName(root) is { } above)
            (root, folder) = (above, $"{Path.GetFileName(root)}/{folder}");
        return (new BlockPlace(new LocalObjectStore(root), root), folder);
    }

    public void Dispose() => _owned?.Dispose();
}
