using CsCheck;
using Rubato.Configuration;
using Xunit;

namespace Rubato.UnitTests.Configuration;

/// <summary>Whatever stands in the file: errors or a configuration, never an exception.</summary>
public sealed class ConfigRobustnessTests
{
    private static readonly string Guide = File.ReadAllText(Configs.DataFile("production.yaml"));

    private static readonly Gen<string> Piece = Gen.OneOf(new[]
    {
        ":", "\n", "  ", "- ", "{", "}", "[", "]", "&a ", "*a", "<<: ", "\"", "'", "|", ">", "%", "@", "!!int ", "? ", "---\n", "...\n", "${", "}", "${X:-1}", "\0", "\t", "#",
        "-1", "1e400", "9999999999999999999999", "null", "\ud800", "\ufeff", "server:", "overrides:", "limits:",
    }.Select(Gen.Const).ToArray());

    [Fact]
    public void A_damaged_file_never_throws() =>
        Gen.Select(Gen.Int[0, Guide.Length], Gen.Int[0, 40], Piece.Array[0, 4]).Array[1, 4].Sample(
            edits =>
            {
                var text = Guide;
                foreach (var (at, removed, pieces) in edits)
                {
                    var start = Math.Min(at, text.Length);
                    text = string.Concat(text.AsSpan(0, start), string.Concat(pieces), text.AsSpan(Math.Min(text.Length, start + removed)));
                }

                LoadAndPrint(text);
            },
            iter: 60);

    [Fact]
    public void Random_pieces_never_throw() => Piece.Array[0, 30].Sample(pieces => LoadAndPrint(string.Concat(pieces)), iter: 150);

    private static void LoadAndPrint(string text)
    {
        foreach (var mode in Enum.GetValues<EnvironmentExpansionMode>())
        {
            var result = Configs.Load(new ConfigSource { Path = "x", Text = text, ExpansionMode = mode });
            if (result.IsValid)
                Assert.Empty(Configs.Load(new ConfigSource { Path = "x", Text = result.Printer.Effective(), ExpansionMode = EnvironmentExpansionMode.Nothing }).Errors);
        }
    }
}
