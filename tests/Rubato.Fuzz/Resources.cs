namespace Rubato.Fuzz;

/// <summary>Texts that are built into the program, so that it runs from any folder.</summary>
internal static class Resources
{
    public static string Text(string name)
    {
        using var stream = typeof(Resources).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"no resource {name}");
        return new StreamReader(stream).ReadToEnd();
    }

    public static string[] Lines(string name) => Text(name).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
