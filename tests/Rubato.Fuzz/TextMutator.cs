using System.Text;

namespace Rubato.Fuzz;

/// <summary>Changes text piece by piece: words, numbers, strings and symbols stay whole, so that many results are still nearly right.</summary>
internal sealed class TextMutator(Random random, string[] dictionary)
{
    private const int MaxLength = 16 * 1024;

    public string Mutate(string text, string other)
    {
        var pieces = Cut(text);
        var others = Cut(other);
        for (var n = 1 << random.Next(4); n > 0; n--) MutateOnce(pieces, others);
        var result = string.Concat(pieces);
        return result.Length <= MaxLength ? result : result[..MaxLength];
    }

    private void MutateOnce(List<string> pieces, List<string> others)
    {
        var at = random.Next(pieces.Count + 1);
        var end = Math.Min(pieces.Count, at + 1 + random.Next(6));
        switch (random.Next(8))
        {
            case 0:
                pieces.Insert(at, dictionary[random.Next(dictionary.Length)]);
                break;
            case 1 when at < pieces.Count:
                pieces[at] = dictionary[random.Next(dictionary.Length)];
                break;
            case 2:
                pieces.RemoveRange(at, end - at);
                break;
            case 3 when others.Count > 0:
                var from = random.Next(others.Count);
                pieces.InsertRange(at, others.GetRange(from, Math.Min(others.Count - from, 1 + random.Next(12))));
                break;
            case 4 when at < pieces.Count:
                pieces[at] = others.Count > 0 ? others[random.Next(others.Count)] : "";
                break;
            case 5 when pieces.Count > 1:
                var second = random.Next(pieces.Count);
                var first = Math.Min(at, pieces.Count - 1);
                (pieces[first], pieces[second]) = (pieces[second], pieces[first]);
                break;
            case 6:
                // Wrap or repeat: nesting and chains are what recursion falls over.
                var part = pieces.GetRange(at, end - at);
                for (var n = random.Next(random.Next(20) == 0 ? 400 : 6); n > 0; n--) pieces.InsertRange(at, part);
                break;
            case 7 when at < pieces.Count && pieces[at].Length > 0:
                var characters = pieces[at].ToCharArray();
                characters[random.Next(characters.Length)] = (char)random.Next(32, random.Next(10) == 0 ? 0xD7FF : 127);
                pieces[at] = new string(characters);
                break;
        }
    }

    private static List<string> Cut(string text)
    {
        var pieces = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var end = at + 1;
            if (char.IsLetterOrDigit(text[at]))
            {
                while (end < text.Length && char.IsLetterOrDigit(text[end])) end++;
            }

            pieces.Add(text[at..end]);
            at = end;
        }

        return pieces;
    }

    /// <summary>Bytes as people send them: what is not UTF-8 becomes U+FFFD.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
