namespace Rubato.Commands;

/// <summary>What <c>rubato --help</c> prints: the first steps, not a list of everything.</summary>
internal static class HelpText
{
    public const string Full = """
        Rubato stores distributed traces and answers questions about them.
        It takes Grafana Tempo's configuration, flags, ports and APIs.

        Usage
          rubato [flags]                  run the server
          rubato <command> [options]      run a command; rubato <command> --help says more

        First steps
          rubato --demo                   server and a small shop that sends traces to it
          rubato                          server alone: data in ./rubato-data, reachable from this machine only
          rubato query search '{ status = error }'

        Ports
          4317  OTLP over gRPC            4318  OTLP over HTTP
          3200  HTTP API for Grafana      9095  gRPC API

        Commands
        {commands}

        Flags (one dash or two; -name=value or -name value)
          -config.file FILE               configuration in YAML, in Tempo's keys
          -config.expand-env              expand ${VAR} everywhere in the file
          -config.strict=false            unknown keys are warnings, not errors
          -config.verify                  load the configuration, say what is wrong, start nothing
          -target all                     roles to run
          -server.http-listen-port 3200   port of the HTTP API
          -server.grpc-listen-port 9095   port of the gRPC API
          -storage.trace.local.path DIR   where blocks are kept
          -storage.trace.wal.path DIR     where new spans are kept until they are in a block
          -multitenancy.enabled           each request names its tenant in X-Scope-OrgID
          -log.level info                 debug, info, warn or error
          -health                         ask the server on this machine whether it is ready
          -version                        print the version
          -h, --help                      print this
          Tempo's other flags are understood too.

        Environment
          RUBATO_DEFAULT_ADDRESS          address to listen on where none is configured (127.0.0.1)
        """;

    public const string Short = "usage: rubato [-config.file FILE] [flags] | rubato <command>; rubato --help says more";

    public static string With(IEnumerable<(string Name, string Description)> commands) => Full.Replace(
        "{commands}",
        string.Join('\n', commands.Select(command => $"  {command.Name,-32}{command.Description}")),
        StringComparison.Ordinal);
}
