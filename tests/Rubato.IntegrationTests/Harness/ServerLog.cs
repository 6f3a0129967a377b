using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Rubato.IntegrationTests.Harness;

/// <summary>What a process wrote, line by line. Holds the latest 20,000 lines; tests write no more.</summary>
internal sealed partial class ServerLog
{
    private const int MaxLines = 20_000;

    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public string Text => string.Join('\n', _lines);

    public void Add(string? line)
    {
        if (line is null) return;
        _lines.Enqueue(line);
        if (_lines.Count > MaxLines) _lines.TryDequeue(out _);
    }

    /// <summary>Bound addresses by listener name, from the lines <c>listening listener=... address=...</c>.</summary>
    public IReadOnlyDictionary<string, Uri> Listeners()
    {
        var found = new Dictionary<string, Uri>(StringComparer.Ordinal);
        foreach (var line in _lines)
        {
            if (Listening().Match(line) is { Success: true } match) found[match.Groups[1].Value.Trim('"')] = new Uri(match.Groups[2].Value);
        }

        return found;
    }

    public bool Contains(string text) => _lines.Any(l => l.Contains(text, StringComparison.Ordinal));

    public void WriteTail(string title, int lines = 120)
    {
        if (TestContext.Current.TestOutputHelper is not { } output) return;
        output.WriteLine($"---- {title}, last {Math.Min(lines, _lines.Count)} of {_lines.Count} lines");
        foreach (var line in _lines.TakeLast(lines)) output.WriteLine(line);
    }

    [GeneratedRegex("""msg="?listening.* listener=("[^"]*"|\S+) address=(\S+)$""")]
    private static partial Regex Listening();
}
