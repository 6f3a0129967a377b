using System.Text.Json;
using Rubato.Commands.Load;

namespace Rubato.Oracles;

/// <summary>One run of <c>rubato load</c>, as bench/soak.py notes it: enough to compute its spans again, and the file of what was acknowledged.</summary>
internal sealed record SoakLoad(ulong Seed, double Rate, long StartUnixNano, long Spans, string AckFile)
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<SoakLoad> Read(string path) => JsonSerializer.Deserialize<List<SoakLoad>>(File.ReadAllBytes(path), s_options) ?? [];

    public LoadShape Shape() => new(Seed, StartUnixNano, Rate);
}
