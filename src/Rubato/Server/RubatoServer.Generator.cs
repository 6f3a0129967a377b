using System.Collections.Concurrent;
using Rubato.Configuration;
using Rubato.Ingest.Generator;
using Rubato.Ingest.Ingester;
using Rubato.Model.Tenants;

namespace Rubato.Server;

/// <summary>The metrics-generator: begins after the replay, whose spans made metrics before, and ends behind the ingester.</summary>
internal sealed partial class RubatoServer
{
    private readonly CancellationTokenSource _generatorStop = new();
    private Task _generating = Task.CompletedTask;

    private void StartGenerator(Ingester ingester)
    {
        var section = _config.Generator;
        if (section.StoragePath.Length == 0)
        {
            if (_config.Overrides.Defaults.MetricsGeneratorProcessors.Count > 0) Log.NoGeneratorPath(_logger);
            return;
        }

        var settings = new TenantGeneratorSettings(section, Limits, _config.MultitenancyEnabled);
        var options = new GeneratorOptions
        {
            StoragePath = section.StoragePath,
            RemoteWrite = section.RemoteWrite,
            FlushDeadline = section.FlushDeadline,
            AddTenantHeader = section.AddTenantHeader && _config.MultitenancyEnabled,
            Headers = tenant => Limits.For(tenant).MetricsGenerator.RemoteWriteHeaders,
            MaxLogBytes = section.MaxLogBytes,
            Settings = settings.For,
        };
        _generator = new MetricsGenerator(options, ingester.TakeNew, () => ingester.Tenants, _time, _loggers.CreateLogger<MetricsGenerator>());
        ingester.Tap = _generator;
        _generating = Task.Run(() => _generator.RunAsync(_generatorStop.Token));
        _state.Set("metrics-generator", "Running");
    }

    private async Task StopGeneratorAsync()
    {
        await _generatorStop.CancelAsync();
        await _generating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_generator is null) return;
        await Timed("metrics-generator stop", async () =>
        {
            await _generator.StopAsync();
            await _generator.DisposeAsync();
            return 0;
        });
        _generator = null;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1011, EventName = "NoGeneratorPath", Level = LogLevel.Warning, Message = "metrics_generator.storage.path is empty: no metrics are made from spans")]
        public static partial void NoGeneratorPath(ILogger logger);
    }
}
