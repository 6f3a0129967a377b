using Rubato.Configuration.Options;
using Rubato.Overrides;

namespace Rubato.Configuration.Schema;

/// <summary>The whole file: what the options classes use, what is accepted beside it, and older spellings.</summary>
internal static class ConfigSchema
{
    public const string OverridesDefaults = "overrides.defaults";

    private static readonly Dictionary<string, string> LiveStoreNames = new(StringComparer.Ordinal)
    {
        ["complete_block_timeout"] = "ingester.complete_block_timeout",
        ["max_block_duration"] = "ingester.max_block_duration",
        ["max_block_bytes"] = "ingester.max_block_bytes",
        ["flush_check_period"] = "ingester.flush_check_period",
        ["max_trace_idle"] = "ingester.trace_idle_period",
        ["max_trace_live"] = "ingester.trace_live_period",
    };

    /// <param name="defaultAddress">Where to listen when the file does not say.</param>
    public static SchemaSection Create(string defaultAddress)
    {
        var root = new SchemaSection();
        OptionsSchema.Describe(new RubatoConfig(), root);
        ReceiverBinder.Describe(root.Section(ReceiverBinder.Receivers), defaultAddress);
        TenantLimitKeys.Describe(root.Section(OverridesDefaults));
        AcceptedKeysReader.Describe(root);
        GeneratorKeys.MarkUsed(root);
        TenantGeneratorKeys.MarkUsed(root.Section(OverridesDefaults));
        AddOlderSpellings(root);
        SetDefaultAddress(root, defaultAddress);
        return root;
    }

    /// <summary>A tenant's entry in the overrides file: as <c>overrides.defaults</c>, nested or flat.</summary>
    public static SchemaSection TenantEntry(SchemaSection root)
    {
        var entry = root.Section(OverridesDefaults);
        entry.AliasOf = LegacyLimitNames.Find;
        return entry;
    }

    private static void AddOlderSpellings(SchemaSection root)
    {
        root.Section("overrides").AliasOf = flat => Prefixed(OverridesDefaults, LegacyLimitNames.Find(flat));
        Hidden(root, "limits").AliasOf = flat => Prefixed(OverridesDefaults, LegacyLimitNames.Find(flat));
        root.Section("storage.trace.wal").AliasOf = key => key == "encoding" ? "storage.trace.wal.v2_encoding" : null;
        root.Section("storage.trace.block").AliasOf = key => key == "encoding" ? "storage.trace.block.v2_encoding" : null;
        root.Section("distributor").AliasOf = key => key == "max_span_attr_byte" ? "distributor.max_attribute_bytes" : null;

        // Sections of Tempo 3.0. What has a counterpart is moved there; the rest is read past, since nothing here plays those roles.
        Hidden(root, "live_store").AliasOf = LiveStoreNames.GetValueOrDefault;
        Hidden(root, "backend_worker.compaction").AliasOf = key => "compactor.compaction." + key;
        Hidden(root, "backend_scheduler.provider.compaction.compaction").AliasOf = key => "compactor.compaction." + key;
        foreach (var section in new[] { "live_store", "backend_worker", "backend_scheduler", "backend_scheduler.provider", "backend_scheduler.provider.compaction" })
            Hidden(root, section).AcceptsAnything = true;
        foreach (var section in new[] { "live_store_client", "ingest", "block_builder", "backend_scheduler_client" })
            root.Add(section, new SchemaValue(ValueKind.Any));
    }

    private static SchemaSection Hidden(SchemaSection root, string path)
    {
        var section = root.Section(path);
        section.IsHidden = true;
        return section;
    }

    private static string? Prefixed(string section, string? path) => path is null ? null : $"{section}.{path}";

    private static void SetDefaultAddress(SchemaSection root, string address)
    {
        if (address == DefaultAddresses.Loopback)
            return;

        ((SchemaValue)root.Find("server.http_listen_address")!).Default = address;
        ((SchemaValue)root.Find("server.grpc_listen_address")!).Default = address;
    }
}
