using CsCheck;
using Rubato.Storage.Caching;
using Xunit;

namespace Rubato.UnitTests.Storage.Caching;

public sealed class CacheEnvelopeTests
{
    // Keys are bytes of UTF-8: texts with halves of surrogate pairs would be several for one key.
    private static readonly Gen<string> Keys = Gen.String.Where(text => !text.Any(char.IsSurrogate));

    [Fact]
    public void What_was_sealed_opens_under_its_own_key_only() => Gen.Select(Keys, Keys, Gen.Byte.Array[0, 300]).Sample((key, other, value) =>
    {
        var stored = CacheEnvelope.Seal(key, value);
        Assert.True(CacheEnvelope.TryOpen(key, stored, out var body));
        Assert.Equal(value, body);
        if (key != other)
            Assert.False(CacheEnvelope.TryOpen(other, stored, out _));
    });

    [Fact]
    public void Any_change_and_any_cut_is_noticed()
    {
        var stored = CacheEnvelope.Seal("k", "a value of some bytes"u8);
        for (var i = 0; i < stored.Length; i++)
        {
            var damaged = (byte[])stored.Clone();
            damaged[i] ^= (byte)(1 << (i % 8));
            Assert.False(CacheEnvelope.TryOpen("k", damaged, out _));
            Assert.False(CacheEnvelope.TryOpen("k", stored.AsSpan(0, i), out _));
        }

        Assert.False(CacheEnvelope.TryOpen("k", [.. stored, 0], out _));
    }

    [Fact]
    public void Keys_fit_into_memcached()
    {
        Assert.Equal(
            "rubato:team-a:019aab5f-0000-7000-8000-000000000001:data.parquet:4:8192", CacheKey.Of("team-a/019aab5f-0000-7000-8000-000000000001/data.parquet", 4, 8192));
        foreach (var tenant in new[] { new string('t', 400), "with space", "with\nline" })
        {
            var bounded = CacheKey.Of($"{tenant}/b/index.bin", "0123456789abcdef");
            Assert.InRange(bounded.Length, 1, 250);
            Assert.False(bounded.AsSpan().ContainsAnyExceptInRange('!', '~'));
            Assert.NotEqual(bounded, CacheKey.Of($"{tenant}x/b/index.bin", "0123456789abcdef"));
        }
    }
}
