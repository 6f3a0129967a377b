using System.Text;
using Rubato.Storage.ObjectStores;
using Xunit;

namespace Rubato.UnitTests.Storage.ObjectStores;

/// <summary>What every object store promises. A store's tests derive from it and give an empty store.</summary>
public abstract class ObjectStoreContract
{
    protected abstract IObjectStore Store { get; }

    /// <summary>False for a server that cannot create conditionally: it must then be refused in words, never done by halves.</summary>
    protected virtual bool CreatesConditionally => true;

    /// <summary>Names in one answer of the server.</summary>
    protected virtual int ListedAtOnce => 1_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_then_get_gives_the_bytes_back()
    {
        await Store.PutAsync("t/b/data.parquet", "hello"u8.ToArray(), Token);
        await Store.PutAsync("t/b/empty", ReadOnlyMemory<byte>.Empty, Token);
        await Store.PutAsync("t/b/stream", new MemoryStream(new byte[3_000_000]), Token);

        Assert.Equal("hello"u8.ToArray(), await Store.GetAsync("t/b/data.parquet", Token));
        Assert.Empty(await Store.GetAsync("t/b/empty", Token));
        Assert.Equal(3_000_000, (await Store.GetAsync("t/b/stream", Token)).Length);
    }

    [Fact]
    public async Task Put_replaces_as_a_whole()
    {
        await Store.PutAsync("t/x", "a long first version"u8.ToArray(), Token);
        await Store.PutAsync("t/x", "second"u8.ToArray(), Token);
        Assert.Equal("second", await Text("t/x"));
    }

    [Fact]
    public async Task A_put_that_fails_half_way_leaves_no_object()
    {
        await Assert.ThrowsAnyAsync<IOException>(async () => await Store.PutAsync("t/x", new FailingStream(), Token));
        Assert.Null(await Store.HeadAsync("t/x", Token));
        Assert.Empty(await Keys(""));
    }

    [Fact]
    public async Task PutFile_takes_the_file_over()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "from a file", Token);
        await Store.PutFileAsync("t/b/x", path, Token);
        Assert.False(File.Exists(path));
        Assert.Equal("from a file", await Text("t/b/x"));
    }

    [Fact]
    public async Task TryCreate_takes_the_first_only()
    {
        if (!CreatesConditionally)
        {
            var refused = await Assert.ThrowsAnyAsync<IOException>(async () => await Store.TryCreateAsync("t/x", "first"u8.ToArray(), Token));
            Assert.Contains("onditional", refused.Message, StringComparison.Ordinal);
            Assert.Null(await Store.HeadAsync("t/x", Token));
            return;
        }

        Assert.True(await Store.TryCreateAsync("t/x", "first"u8.ToArray(), Token));
        Assert.False(await Store.TryCreateAsync("t/x", "second"u8.ToArray(), Token));
        Assert.Equal("first", await Text("t/x"));
    }

    [Fact]
    public async Task TryCreate_of_many_at_once_has_one_winner()
    {
        if (!CreatesConditionally) return;
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            Task.Run(async () => await Store.TryCreateAsync("t/x", Encoding.UTF8.GetBytes("writer " + i), Token))));
        Assert.Equal(1, results.Count(won => won));
        Assert.Equal("writer " + Array.IndexOf(results, true), await Text("t/x"));
        Assert.Equal(["t/x"], await Keys(""));
    }

    [Fact]
    public async Task A_large_stream_and_a_large_file_come_back_as_they_were()
    {
        // Larger than any store's smallest part, and not a multiple of it.
        var content = new byte[(13 << 20) + 12_345];
        new Random(7).NextBytes(content);
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, content, Token);

        await Store.PutAsync("t/stream", new MemoryStream(content), Token);
        await Store.PutFileAsync("t/file", path, Token);
        await Store.PutAsync("t/memory", content, Token);

        Assert.False(File.Exists(path));
        foreach (var key in new[] { "t/stream", "t/file", "t/memory" })
        {
            var whole = await Store.GetAsync(key, Token);
            Assert.True(content.AsSpan().SequenceEqual(whole), key);
            var middle = new byte[6 << 20];
            await Store.GetRangeAsync(key, 4_000_001, middle, Token);
            Assert.True(content.AsSpan(4_000_001, middle.Length).SequenceEqual(middle), key);
        }
    }

    [Fact]
    public async Task GetRange_of_nothing_asks_only_whether_the_object_is_there()
    {
        await Store.PutAsync("t/x", "0123456789"u8.ToArray(), Token);
        await Store.GetRangeAsync("t/x", 3, Memory<byte>.Empty, Token);
        await Assert.ThrowsAsync<ObjectNotFoundException>(async () => await Store.GetRangeAsync("t/none", 0, Memory<byte>.Empty, Token));
    }

    [Fact]
    public async Task GetRange_reads_exactly_the_range()
    {
        await Store.PutAsync("t/x", "0123456789"u8.ToArray(), Token);
        var into = new byte[4];
        await Store.GetRangeAsync("t/x", 3, into, Token);
        Assert.Equal("3456"u8.ToArray(), into);
    }

    [Fact]
    public async Task GetRange_beyond_the_end_is_an_error()
    {
        await Store.PutAsync("t/x", "0123456789"u8.ToArray(), Token);
        await Assert.ThrowsAsync<EndOfStreamException>(async () => await Store.GetRangeAsync("t/x", 8, new byte[4], Token));
        await Assert.ThrowsAsync<EndOfStreamException>(async () => await Store.GetRangeAsync("t/x", 10, new byte[1], Token));
        await Assert.ThrowsAsync<EndOfStreamException>(async () => await Store.GetRangeAsync("t/x", 1_000, new byte[4], Token));
    }

    [Fact]
    public async Task An_absent_object_is_named()
    {
        var failure = await Assert.ThrowsAsync<ObjectNotFoundException>(async () => await Store.GetAsync("t/none", Token));
        Assert.Equal("t/none", failure.Key);
        await Assert.ThrowsAsync<ObjectNotFoundException>(async () => await Store.GetRangeAsync("t/none", 0, new byte[1], Token));
        Assert.Null(await Store.HeadAsync("t/none", Token));
        await Store.DeleteAsync("t/none", Token);
    }

    [Fact]
    public async Task Head_gives_the_length()
    {
        await Store.PutAsync("t/x", "0123456789"u8.ToArray(), Token);
        var info = await Store.HeadAsync("t/x", Token);
        Assert.Equal(("t/x", 10), (info!.Value.Key, info.Value.Length));
    }

    [Fact]
    public async Task List_finds_every_depth_and_folders_only_the_next()
    {
        foreach (var key in new[] { "a/1/x", "a/1/y", "a/2/x", "ab/1/x", "top" })
            await Store.PutAsync(key, "1"u8.ToArray(), Token);

        Assert.Equal(["a/1/x", "a/1/y", "a/2/x", "ab/1/x", "top"], await Keys(""));
        Assert.Equal(["a/1/x", "a/1/y", "a/2/x"], await Keys("a/"));
        Assert.Empty(await Keys("none/"));
        Assert.Equal(["a", "ab"], await Folders(""));
        Assert.Equal(["1", "2"], await Folders("a/"));
        Assert.Empty(await Folders("none/"));
    }

    [Fact]
    public async Task List_goes_on_after_a_page()
    {
        var count = ListedAtOnce + 50;
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token }, async (i, token) =>
            await Store.PutAsync(FormattableString.Invariant($"t/{i:x8}/rubato.json"), "1"u8.ToArray(), token));

        var keys = await Keys("t/");
        Assert.Equal(Enumerable.Range(0, count).Select(i => FormattableString.Invariant($"t/{i:x8}/rubato.json")), keys);
        Assert.Equal(count, (await Folders("t/")).Count);
        Assert.Equal(["t"], await Folders(""));
    }

    [Theory]
    [InlineData("a b/c d")]
    [InlineData("plus+plus/a+b")]
    [InlineData("per%20cent/100%")]
    [InlineData("żółw/дом/家/😀")]
    [InlineData("a&b=c;d,e'f\"g<h>?i#j/x~y!z@(k)[l]{m}:n*o$p^q`r|s")]
    public async Task A_name_is_taken_letter_by_letter(string key)
    {
        await Store.PutAsync(key, "1"u8.ToArray(), Token);
        await Store.PutAsync("other/x", "2"u8.ToArray(), Token);

        Assert.Equal("1", await Text(key));
        Assert.Equal(key, (await Store.HeadAsync(key, Token))!.Value.Key);
        Assert.Contains(key, await Keys(""));
        var folder = key[..key.IndexOf('/', StringComparison.Ordinal)];
        Assert.Equal([key], await Keys(folder + "/"));
        Assert.Contains(folder, await Folders(""));
        await Store.DeleteAsync(key, Token);
        Assert.Equal(["other/x"], await Keys(""));
    }

    [Fact]
    public async Task Delete_of_what_is_gone_is_no_error()
    {
        await Store.PutAsync("t/x", "1"u8.ToArray(), Token);
        await Store.DeleteAsync("t/x", Token);
        await Store.DeleteAsync("t/x", Token);
        Assert.Null(await Store.HeadAsync("t/x", Token));
    }

    [Fact]
    public async Task Many_at_once_do_not_mix()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 32), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token }, async (i, token) =>
        {
            var content = new byte[10_000 + i];
            new Random(i).NextBytes(content);
            var key = FormattableString.Invariant($"t/{i}");
            await Store.PutAsync(key, content, token);
            Assert.Equal(content, await Store.GetAsync(key, token));
            var part = new byte[100];
            await Store.GetRangeAsync(key, 5_000, part, token);
            Assert.Equal(content[5_000..5_100], part);
        });
    }

    [Fact]
    public async Task A_cancelled_call_is_not_begun()
    {
        await Store.PutAsync("t/x", "1"u8.ToArray(), Token);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.PutAsync("t/y", "1"u8.ToArray(), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.GetAsync("t/x", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Store.ListAsync("", cancelled))
            {
            }
        });
        Assert.Equal(["t/x"], await Keys(""));
    }

    [Fact]
    public async Task A_folder_goes_with_its_last_object()
    {
        await Store.PutAsync("a/1/x", "1"u8.ToArray(), Token);
        await Store.PutAsync("a/2/x", "1"u8.ToArray(), Token);
        await Store.DeleteAsync("a/1/x", Token);
        Assert.Equal(["2"], await Folders("a/"));
        await Store.DeleteAsync("a/2/x", Token);
        Assert.Empty(await Folders(""));
        await Store.PutAsync("a/1/x", "again"u8.ToArray(), Token);
        Assert.Equal("again", await Text("a/1/x"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("a/../b")]
    [InlineData("../b")]
    [InlineData("a/.")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    public async Task A_bad_key_is_refused_everywhere(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.GetAsync(key, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutAsync(key, ReadOnlyMemory<byte>.Empty, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.DeleteAsync(key, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.HeadAsync(key, Token));
    }

    private async Task<string> Text(string key) => Encoding.UTF8.GetString(await Store.GetAsync(key, Token));

    private async Task<List<string>> Keys(string prefix)
    {
        var keys = new List<string>();
        await foreach (var info in Store.ListAsync(prefix, Token))
            keys.Add(info.Key);
        keys.Sort(StringComparer.Ordinal);
        return keys;
    }

    private async Task<List<string>> Folders(string prefix)
    {
        var names = new List<string>();
        await foreach (var name in Store.ListFoldersAsync(prefix, Token))
            names.Add(name);
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private sealed class FailingStream : MemoryStream
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _reads++ < 3 ? new(buffer.Length) : throw new IOException("the source broke");

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            CopyPiecesAsync(destination, cancellationToken);

        private async Task CopyPiecesAsync(Stream destination, CancellationToken cancellationToken)
        {
            var buffer = new byte[1000];
            while (true)
                await destination.WriteAsync(buffer.AsMemory(0, await ReadAsync(buffer, cancellationToken)), cancellationToken);
        }
    }
}
