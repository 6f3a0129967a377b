using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores.Local;
using Rubato.UnitTests.Storage.Blocks;

namespace Rubato.UnitTests.Storage.Compaction;

/// <summary>Merges blocks of tests into one in a folder of its own.</summary>
internal static class MergedBlock
{
    public static async Task<TestBlock> OfAsync(IReadOnlyList<TestBlock> inputs, BlockWriterOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("rubato-merge-").FullName;
        // Blocks of tests lie side by side under the folder for temporary files, which then is the store.
        var store = new LocalObjectStore(Path.GetDirectoryName(inputs[0].Folder)!);
        BlockFigures figures;
        using (var data = File.Create(Path.Combine(folder, BlockKeys.Data)))
        using (var index = File.Create(Path.Combine(folder, BlockKeys.Index)))
        {
            figures = await TestBlock.Format.MergeAsync(
                store, [.. inputs.Select(i => Path.GetFileName(i.Folder) + "/")], data, index, options, folder, _ => default, CancellationToken.None);
        }

        return TestBlock.Of(folder, figures);
    }
}
