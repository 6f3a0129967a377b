using System.Globalization;
using System.Text;

namespace Rubato.Commands.Load;

/// <summary>
/// A line per acknowledged request: first trace number, last trace number, spans. Each line is handed to the system as it comes, so that
/// the file is complete even when this process is killed.
/// </summary>
internal sealed class AckFile(FileInfo file) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileStream _stream = new(file.FullName, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    public void Add(LoadRequest request)
    {
        byte[] line = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{request.FirstTrace} {request.LastTrace} {request.SpanCount}\n"));
        lock (_lock)
        {
            _stream.Write(line);
        }
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>Reads a file back; a last line that was cut off is left out.</summary>
    public static IEnumerable<(long FirstTrace, long LastTrace, int Spans)> Read(string path)
    {
        string text = File.ReadAllText(path);
        foreach (string line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(' ');
            yield return (
                long.Parse(parts[0], CultureInfo.InvariantCulture),
                long.Parse(parts[1], CultureInfo.InvariantCulture),
                int.Parse(parts[2], CultureInfo.InvariantCulture));
        }
    }
}
