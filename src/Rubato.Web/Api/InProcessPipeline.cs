using Microsoft.AspNetCore.Http;

namespace Rubato.Web.Api;

/// <summary>The host's pipeline from the first check on, once it is built.</summary>
public sealed class InProcessPipeline
{
    private RequestDelegate? _pipeline;

    public void Set(RequestDelegate pipeline) => _pipeline = pipeline;

    public Task RunAsync(HttpContext http) => (_pipeline ?? throw new InvalidOperationException("the host has not built its pipeline yet"))(http);
}
