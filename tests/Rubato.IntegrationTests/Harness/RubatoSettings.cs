using System.Text;

namespace Rubato.IntegrationTests.Harness;

/// <summary>The configuration of a server under test, as dotted keys of Tempo's file. Every port is 0 and every address loopback.</summary>
internal sealed class RubatoSettings
{
    private readonly SortedDictionary<string, string> _keys = new(StringComparer.Ordinal)
    {
        ["server.http_listen_address"] = "127.0.0.1",
        ["server.http_listen_port"] = "0",
        ["server.grpc_listen_address"] = "127.0.0.1",
        ["server.grpc_listen_port"] = "0",
        ["server.log_level"] = "info",
        ["server.log_format"] = "logfmt",
        // A second of CPU for each of the many servers; SharedServer and WarmUpTests have it on.
        ["server.warm_up"] = "false",
        ["distributor.receivers.otlp.protocols.grpc.endpoint"] = "127.0.0.1:0",
        ["distributor.receivers.otlp.protocols.http.endpoint"] = "127.0.0.1:0",
        ["storage.trace.backend"] = "local",
    };

    public Dictionary<string, string> Environment { get; } = [];

    public List<string> Arguments { get; } = [];

    /// <summary>Files that the process may open, sockets included; null for what the tests have.</summary>
    public int? MaxOpenFiles { get; set; }

    /// <summary>Sections written as they are, behind the keys.</summary>
    public string MoreYaml { get; set; } = "";

    /// <summary>Settings of a server that cuts and merges blocks whenever it looks, so that a test reaches each step of that within seconds.</summary>
    public static RubatoSettings EagerCutting() => new RubatoSettings()
        .With("ingester.max_block_bytes", "150000")
        .With("ingester.flush_check_period", "200ms")
        .With("ingester.trace_idle_period", "150ms")
        .With("compactor.compaction.compaction_cycle", "250ms")
        .With("compactor.compaction.min_input_blocks", "2");

    /// <param name="key">Dotted.</param>
    /// <param name="value">YAML; <c>{folder}</c> stands for the server's data folder.</param>
    public RubatoSettings With(string key, string value)
    {
        _keys[key] = value;
        return this;
    }

    public string ToYaml(string folder)
    {
        _keys["storage.trace.local.path"] = System.IO.Path.Combine(folder, "blocks");
        _keys["storage.trace.wal.path"] = System.IO.Path.Combine(folder, "wal");
        var yaml = new StringBuilder();
        string[] open = [];
        foreach (var (key, value) in _keys)
        {
            var parts = key.Split('.');
            var shared = 0;
            while (shared < parts.Length - 1 && shared < open.Length && open[shared] == parts[shared]) shared++;
            for (var i = shared; i < parts.Length - 1; i++) yaml.Append(' ', i * 2).Append(parts[i]).Append(":\n");
            yaml.Append(' ', (parts.Length - 1) * 2).Append(parts[^1]).Append(": ").Append(value.Replace("{folder}", folder, StringComparison.Ordinal)).Append('\n');
            open = parts[..^1];
        }

        return yaml.Append(MoreYaml).ToString();
    }
}
