using System.Diagnostics;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Clients;

/// <summary>The packages as a stranger gets them: packed, restored from a folder by a project outside the solution, compiled, run, and its span found.</summary>
public sealed class PackageTests(SharedServer shared)
{
    [Fact]
    public async Task Packed_client_works_in_a_project_outside_the_solution()
    {
        using var folder = new TestFolder();
        var feed = folder.File("feed");
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name.Equals("debug", StringComparison.Ordinal) ? "Debug" : "Release";
        foreach (var project in (string[])["Rubato.Client", "Rubato.Client.AspNetCore"])
            await DotnetAsync(folder.Path, "pack", Requires.RepositoryFolder("src", project), "-c", configuration, "--no-build", "-o", feed);

        var app = Directory.CreateDirectory(folder.File("app")).FullName;
        await File.WriteAllTextAsync(Path.Combine(app, "app.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RestoreAdditionalProjectSources>{feed}</RestoreAdditionalProjectSources>
                <!-- Of its own, so that yesterday's package of this version is not found there; other people's come from the machine's. -->
                <RestorePackagesPath>{folder.File("packages")}</RestorePackagesPath>
                <RestoreFallbackFolders>{GlobalPackages()}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Rubato.Client.AspNetCore" Version="0.1.0" />
              </ItemGroup>
            </Project>
            """, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(app, "Program.cs"), """
            using System.Diagnostics;
            using Rubato.Client;

            using var tracing = RubatoTracing.Start(new RubatoTracingOptions { Endpoint = args[0], ServiceName = "packaged" });
            using var source = new ActivitySource("packaged");
            string id;
            using (Activity span = source.StartActivity("outside")!)
            {
                id = span.TraceId.ToHexString();
            }

            tracing.Shutdown();
            using var client = new RubatoClient(args[1]);
            TraceData trace = (await client.GetTraceAsync(id))!;
            Console.WriteLine($"found {trace.Spans.Single().Name} of {trace.Spans.Single().ServiceName}");
            WebApplication.CreateSlimBuilder().Build().UseRubatoTracing();
            """, TestContext.Current.CancellationToken);

        var output = await DotnetAsync(
            app, "run", "-c", "Release", "--", shared.Server.OtlpGrpcAddress.GetLeftPart(UriPartial.Authority), shared.Server.Http.GetLeftPart(UriPartial.Authority));

        Assert.Contains("found outside of packaged", output, StringComparison.Ordinal);
        Assert.True(Directory.Exists(folder.File("packages/rubato.client/0.1.0")), "the package did not come from the feed");
    }

    private static string GlobalPackages() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static async Task<string> DotnetAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var run = await ProcessRun.RunAsync(start, TimeSpan.FromSeconds(180));
        Assert.True(run.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{run.Output}\n{run.Error}");
        return run.Output;
    }
}
