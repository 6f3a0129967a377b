using Rubato.Model.Tenants;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.UnitTests.Storage.Blocks;
using Xunit;
using ZstdSharp;

namespace Rubato.UnitTests.Storage.BlockLists;

public sealed class TenantIndexTests
{
    private static readonly TenantId A = TenantId.Parse("a");
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(700)]
    public void Every_description_comes_back_as_it_was(int count)
    {
        var entries = Entries(count);

        Assert.True(TenantIndex.TryDecode(Encode(entries), A, out var read, out var error), error);

        Assert.Equal(count, read.Count);
        foreach (var entry in entries)
        {
            Assert.Equal(entry.MetaBytes, read[entry.Meta.BlockId].MetaBytes);
            Assert.Equal(entry.Meta.ToJson(), read[entry.Meta.BlockId].Meta.ToJson());
        }
    }

    [Fact]
    public void Any_flipped_bit_and_any_cut_is_noticed()
    {
        var bytes = Encode(Entries(5));
        for (var i = 0; i < bytes.Length; i++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[i] ^= (byte)(1 << (i % 8));
            // Some bits of a zstd frame mean nothing; then what comes out is the same.
            if (TenantIndex.TryDecode(damaged, A, out var read, out _))
                Assert.Equal(Entries(5).Select(entry => entry.Meta.BlockId).ToHashSet(), read.Keys.ToHashSet());
            Assert.False(TenantIndex.TryDecode(bytes[..i], A, out _, out var error));
            Assert.NotEmpty(error);
        }
    }

    [Fact]
    public void Text_that_is_changed_with_a_sound_frame_around_it_is_noticed()
    {
        var text = Unpack(Encode(Entries(3)));
        var said = text.Replace("\"totalSpans\":100", "\"totalSpans\":101", StringComparison.Ordinal);
        Assert.NotEqual(text, said);

        Assert.False(TenantIndex.TryDecode(Pack(said), A, out _, out var error));
        Assert.Equal("its checksum does not match", error);
        Assert.True(TenantIndex.TryDecode(Pack(text), A, out _, out _));
        Assert.False(TenantIndex.TryDecode(Pack(text + "{}\n"), A, out _, out _));
    }

    [Fact]
    public void An_index_of_another_tenant_format_or_older_writer_is_not_used()
    {
        Refused(Encode(Entries(1)), TenantId.Parse("b"), "it is of tenant a");
        var text = Unpack(Encode(Entries(1)));
        Refused(Pack(text.Replace("rubato-index1", "rubato-index2", StringComparison.Ordinal)), A, "format 'rubato-index2' is not known");
        Refused(Pack(text.Replace(",\"walRecords\"]", "]", StringComparison.Ordinal).Replace("\"walRecords\",", "", StringComparison.Ordinal)), A, "its writer did not know the field 'walRecords'");
    }

    [Fact]
    public void A_small_object_that_unpacks_to_an_endless_line_is_given_up()
    {
        var packed = Pack(new string(' ', 64 << 20));
        Refused(packed, A, "a line is longer than");
    }

    private static void Refused(byte[] bytes, TenantId tenant, string words)
    {
        Assert.False(TenantIndex.TryDecode(bytes, tenant, out _, out var error));
        Assert.Contains(words, error, StringComparison.Ordinal);
    }

    private static List<TenantIndexEntry> Entries(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new TenantIndexEntry(900 + i, TestBlocks.Meta(A, i, Noon.AddMinutes(i))))];

    private static byte[] Encode(List<TenantIndexEntry> entries) => TenantIndex.Encode(A, Noon, entries)!;

    private static string Unpack(byte[] bytes)
    {
        using var zstd = new DecompressionStream(new MemoryStream(bytes));
        return new StreamReader(zstd).ReadToEnd();
    }

    private static byte[] Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var zstd = new CompressionStream(packed, leaveOpen: true))
            zstd.Write(System.Text.Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
