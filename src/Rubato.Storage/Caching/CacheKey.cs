using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Rubato.Storage.Caching;

/// <summary><c>tenant:block:object</c>, then <c>:checksum</c> or, for a range, <c>:offset:length</c>. Within memcached's limits: 250 bytes, nothing that ends a word.</summary>
internal static class CacheKey
{
    private const int MaxBytes = 250;

    public static string Of(string objectKey, string checksum) => Bounded($"rubato:{objectKey.Replace('/', ':')}:{checksum}");

    public static string Of(string objectKey, long offset, int length) =>
        Bounded(string.Create(CultureInfo.InvariantCulture, $"rubato:{objectKey.Replace('/', ':')}:{offset}:{length}"));

    private static string Bounded(string key)
    {
        var isPlain = key.Length <= MaxBytes && !key.AsSpan().ContainsAnyExceptInRange('!', '~');
        return isPlain ? key : "rubato:" + Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(key)));
    }
}
