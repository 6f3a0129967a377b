// An HTTP service whose requests are traced: middleware, child spans for a database and a cache, ten per cent of the traces.
//   dotnet run --project samples/user-service          then: curl 'http://localhost:8080/user?id=123'
using Rubato.Client;
using Samples.UserService;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
if (builder.Configuration["urls"] is null)
{
    builder.WebHost.UseUrls("http://localhost:8080");
}

// Defaults of this service; the section "Rubato" of the configuration, the environment and the command line may say otherwise.
var defaults = new Dictionary<string, string?>
{
    ["Rubato:ServiceName"] = "user-service",
    ["Rubato:ServiceVersion"] = "1.0.0",
    ["Rubato:Environment"] = "production",
    ["Rubato:SamplingRate"] = "0.1",
};
builder.Configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = defaults });
builder.AddRubatoTracing();
builder.Services.AddSingleton(new Simulation(
    new Random(builder.Configuration.GetValue("seed", Random.Shared.Next())), builder.Configuration.GetValue("scale", 1.0)));
builder.Services.AddSingleton<Database>();
builder.Services.AddSingleton<Cache>();
builder.Services.AddSingleton<UserHandler>();

WebApplication app = builder.Build();
app.UseRubatoTracing();
app.Map("/user", (HttpContext context, UserHandler handler) => handler.HandleAsync(context));
app.Map("/health", (HttpContext context) => Answers.WriteAsync(context, new Response(200, "OK", null)));
await app.RunAsync();
