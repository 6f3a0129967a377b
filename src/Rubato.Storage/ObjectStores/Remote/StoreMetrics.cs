using Prometheus;

namespace Rubato.Storage.ObjectStores.Remote;

internal static class StoreMetrics
{
    public static readonly Gauge HedgedRoundtrips = Metrics.CreateGauge(
        "tempodb_backend_hedged_roundtrips_total", "Reads that were sent a second time because the first was slow.");

    public static readonly Counter Retries = Metrics.CreateCounter(
        "rubato_backend_retries_total", "Requests to the object store that were sent again, by what had failed.", "backend", "reason");

    public static readonly Gauge CircuitOpen = Metrics.CreateGauge(
        "rubato_backend_circuit_open", "1 while a store that failed again and again is not asked.", "backend");

    public static readonly Counter RequestBytes = Metrics.CreateCounter(
        "rubato_backend_bytes_total", "Bytes of objects that were read from and written to the object store.", "backend", "direction");
}
