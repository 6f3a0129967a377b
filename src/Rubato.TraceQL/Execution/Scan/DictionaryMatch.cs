using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.TraceQL.Execution.Plain;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary>Which entries of a dictionary pass a test: 1 or 0 for each code.</summary>
internal sealed class DictionaryMatch
{
    // Below this, entries are tested one by one: the search through the pool pays for its set-up later.
    private const int PoolSearchEntries = 64;
    private const int EntriesBetweenChecks = 8192;

    private readonly DictionaryView _dictionary;

    private DictionaryMatch(DictionaryView dictionary)
    {
        _dictionary = dictionary;
        Codes = new byte[dictionary.Count];
    }

    public byte[] Codes { get; }

    public int Count { get; private set; }

    /// <summary>The first passing code.</summary>
    public int First { get; private set; } = -1;

    /// <summary>The same dictionary again (not only an equal one): the match holds for it too.</summary>
    public bool IsFor(DictionaryView dictionary) =>
        dictionary.Count == _dictionary.Count
        && Unsafe.AreSame(ref MemoryMarshal.GetReference(dictionary.Offsets), ref MemoryMarshal.GetReference(_dictionary.Offsets));

    public static DictionaryMatch Of(DictionaryView dictionary, ColumnType type, ValueTest test, CancellationToken cancellationToken)
    {
        var match = new DictionaryMatch(dictionary);
        if (type == ColumnType.Any) match.TestValues(test, cancellationToken);
        else if (test.ExactText is { } exact) match.FindExact(exact.Span, cancellationToken);
        else if (test.Needle.Length > 0 && dictionary.Count >= PoolSearchEntries) match.SearchPool(test, cancellationToken);
        else match.TestEach(test, cancellationToken);
        return match;
    }

    /// <summary>
    /// The passing codes are those of a closed range, or, inverted, all outside it: one text, all but one, or the neighbours
    /// that a sorted dictionary makes of a prefix. Comparing a code is several times cheaper than looking it up.
    /// </summary>
    public bool TryRange(out int low, out int high, out bool inverted)
    {
        (low, high, inverted) = (First, Codes.AsSpan().LastIndexOf((byte)1), false);
        if (high - low + 1 == Count) return true;
        (low, high, inverted) = (Codes.AsSpan().IndexOf((byte)0), Codes.AsSpan().LastIndexOf((byte)0), true);
        return high - low + 1 == Codes.Length - Count;
    }

    private void FindExact(ReadOnlySpan<byte> text, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (var code = ExactText.Next(_dictionary, text, 0); code >= 0; code = ExactText.Next(_dictionary, text, code + 1)) Add(code);
    }

    private void TestValues(ValueTest test, CancellationToken cancellationToken)
    {
        for (var code = 0; code < Codes.Length; code++)
        {
            if (code % EntriesBetweenChecks == 0) cancellationToken.ThrowIfCancellationRequested();
            if (test.Value(FieldValue.Of(AnyValueReader.Read(_dictionary[code])))) Add(code);
        }
    }

    private void TestEach(ValueTest test, CancellationToken cancellationToken)
    {
        for (var code = 0; code < Codes.Length; code++)
        {
            if (code % EntriesBetweenChecks == 0) cancellationToken.ThrowIfCancellationRequested();
            if (test.Text(_dictionary[code])) Add(code);
        }
    }

    // All entries lie in one sequence of bytes: searching it for what every match contains runs at memory speed, and only
    // entries with a hit are tested. A hit that crosses the border of two entries is none.
    private void SearchPool(ValueTest test, CancellationToken cancellationToken)
    {
        var pool = _dictionary.Pool;
        var offsets = _dictionary.Offsets;
        var needle = test.Needle.Span;
        const int chunk = 4 << 20;
        var from = 0;
        while (from < pool.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Chunks overlap by what a hit may need; they bound the time between two looks at the cancellation.
            var window = pool.Slice(from, Math.Min(chunk + needle.Length - 1, pool.Length - from));
            var hit = window.IndexOf(needle);
            if (hit < 0)
            {
                from += chunk;
                continue;
            }

            var at = from + hit;
            var code = EntryAt(offsets, at);
            if (at + needle.Length <= offsets[code + 1])
            {
                if (test.Text(_dictionary[code])) Add(code);
                from = offsets[code + 1];
            }
            else
            {
                from = at + 1;
            }
        }
    }

    // The last entry that begins at or before the position; empty entries share their offset with the next one.
    private static int EntryAt(ReadOnlySpan<int> offsets, int position)
    {
        var (low, high) = (0, offsets.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (offsets[middle] <= position) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    private void Add(int code)
    {
        Codes[code] = 1;
        if (Count++ == 0) First = code;
    }
}
