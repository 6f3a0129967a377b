using System.Globalization;
using BenchmarkDotNet.Running;
using Rubato.Benchmarks.Storage.BlockLists;
using Rubato.Benchmarks.Storage.Blocks;
using Rubato.Storage.Blocks;

namespace Rubato.Benchmarks;

internal static class Benchmarks
{
    public static void Main(string[] args)
    {
        if (args is ["block-bytes", .. var rest])
        {
            var options = rest.Contains("compacted") ? BlockWriterOptions.Compacted : BlockWriterOptions.Default;
            var into = rest.Skip(2).FirstOrDefault(r => r != "compacted");
            BlockBytes.RunAsync(Number(rest, 0, 280_000), Number(rest, 1, 9), into, options).GetAwaiter().GetResult();
            return;
        }

        if (args is ["block-folders", var folder, .. var counts])
        {
            BlockFolders.Run(folder, Number(counts, 0, 20), Number(counts, 1, 1_000_000));
            return;
        }

        if (args is ["merge", .. var merge])
        {
            BlockMerge.RunAsync(Number(merge, 0, 8), Number(merge, 1, 250_000), Number(merge, 2, 3)).GetAwaiter().GetResult();
            return;
        }

        if (args is ["many-blocks", .. var many])
        {
            ManyBlocks.RunAsync(Number(many, 0, 10_000)).GetAwaiter().GetResult();
            return;
        }

        BenchmarkSwitcher.FromAssembly(typeof(Benchmarks).Assembly).Run(args);
    }

    private static int Number(string[] args, int at, int otherwise) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;
}
