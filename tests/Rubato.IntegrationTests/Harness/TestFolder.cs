namespace Rubato.IntegrationTests.Harness;

/// <summary>A fresh folder, gone when the test ends. A test that fails under RUBATO_TEST_KEEP=1 leaves it for a look.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("rubato-test-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("RUBATO_TEST_KEEP") == "1") return;
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"the folder {Path} stays: {e.Message}");
        }
    }
}
