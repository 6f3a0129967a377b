using System.Runtime.InteropServices;
using Rubato.Commands;
using Rubato.Server;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var server = new ServerCommand(ServerRunner.RunAsync, ServerRunner.RunDemoAsync, Console.Out, Console.Error, Environment.GetEnvironmentVariable);
return await new RubatoCommands(server, Console.Out, Console.Error, Environment.GetEnvironmentVariable).RunAsync(args, stop.Token);

void Stop(PosixSignalContext signal)
{
    // The process ends when the server has stopped, not now.
    signal.Cancel = true;
    stop.Cancel();
}

