using Grpc.Health.V1;
using Grpc.HealthCheck;

namespace Rubato.Server;

/// <summary><c>grpc.health.v1.Health</c>: SERVING while <c>/ready</c> says so, for the server as a whole and for the query service by name.</summary>
internal sealed class GrpcHealth
{
    private static readonly string[] Names = ["", "tempopb.StreamingQuerier"];

    private readonly ServerState _state;

    public GrpcHealth(ServerState state)
    {
        _state = state;
        _state.Changed += Update;
        Update();
    }

    public HealthServiceImpl Service { get; } = new();

    private void Update()
    {
        // Under one lock: of two changes at once the later state is told last.
        lock (Service)
        {
            var status = _state.NotReady() is null ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing;
            foreach (var name in Names) Service.SetStatus(name, status);
        }
    }
}
