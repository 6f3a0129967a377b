using System.Text;
using Rubato.Model.Columns;

namespace Rubato.Ingest.Generator;

/// <summary>
/// Texts of labels as numbers that stay the same from slice to slice: each distinct text becomes a string once. 0 is the empty text and stands for absent. Used by one thread.
/// </summary>
internal sealed class TextPool
{
    /// <summary>So many, or so many bytes of UTF-8: then its owner begins a new one. A sender that puts ids, or whole messages, into names must not fill the memory.</summary>
    public const int MaxTexts = 100_000;

    /// <summary>With the strings beside them about three times as much memory.</summary>
    public const int MaxBytes = 8 << 20;

    private readonly StringDictionary _numbers = new(1024);
    private readonly List<string> _texts = [""];

    public TextPool() => _numbers.GetOrAdd([]);

    public string this[int number] => _texts[number];

    public bool IsFull => _texts.Count >= MaxTexts || _numbers.PoolBytes >= MaxBytes;

    public int NumberOf(ReadOnlySpan<byte> utf8)
    {
        var number = _numbers.GetOrAdd(utf8, out var added);
        if (added) _texts.Add(Encoding.UTF8.GetString(utf8));
        return number;
    }

    public int NumberOf(string text)
    {
        var size = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> utf8 = size <= 512 ? stackalloc byte[512] : new byte[size];
        return NumberOf(utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
    }
}
