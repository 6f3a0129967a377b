using System.Text.RegularExpressions;
using Rubato.Ingest.Generator;

namespace Rubato.Configuration;

/// <summary>Reads <c>metrics_generator</c> into the generator's records, and says what is wrong with it (spec/configuration.md 1.8 and 2).</summary>
internal sealed class GeneratorBinder
{
    private const string Root = "metrics_generator";

    private readonly ConfigValues _values;
    private readonly ConfigProblems _problems;
    private readonly string _at;

    private GeneratorBinder(ConfigValues values, ConfigProblems problems, string at) => (_values, _problems, _at) = (values, problems, at);

    public static GeneratorSection Bind(ConfigValues values, ConfigProblems problems)
    {
        var binder = new GeneratorBinder(values, problems, Root);
        var settings = new GeneratorSettings();
        var path = binder.Text("storage.path");
        var endpoints = binder.List("storage.remote_write");
        if (path.Length == 0 && endpoints.Count > 0)
            problems.Warnings.Add(new ConfigProblem(values.File, 0, Root + ".storage.path", "is empty, so there is no generator and storage.remote_write does nothing: samples wait there until an endpoint has them"));
        return new GeneratorSection
        {
            StoragePath = path,
            MaxLogBytes = binder.Get("storage.max_log_bytes", 1L << 30),
            FlushDeadline = binder.Get("storage.remote_write_flush_deadline", TimeSpan.FromMinutes(1)),
            AddTenantHeader = binder.Get("storage.remote_write_add_org_id_header", true),
            InjectTenantAs = binder.Text("registry.inject_tenant_id_as"),
            RemoteWrite = [.. endpoints.Select((endpoint, i) => Endpoint(new GeneratorBinder(endpoint, problems, $"{Root}.storage.remote_write[{i}]"))).OfType<RemoteWriteOptions>()],
            SpanMetrics = binder.SpanMetrics(),
            ServiceGraphs = binder.ServiceGraphs(),
            HostIdentifiers = binder.Texts("processor.host_info.host_identifiers", ["k8s.node.name", "host.id"]),
            Settings = settings with
            {
                HostInfoMetric = binder.Text("processor.host_info.metric_name", settings.HostInfoMetric),
                CollectionInterval = binder.Positive("registry.collection_interval", settings.CollectionInterval),
                StaleDuration = binder.Positive("registry.stale_duration", settings.StaleDuration),
                Slack = binder.Positive("metrics_ingestion_time_range_slack", settings.Slack),
                MaxLabelNameLength = binder.Count("registry.max_label_name_length", settings.MaxLabelNameLength),
                MaxLabelValueLength = binder.Count("registry.max_label_value_length", settings.MaxLabelValueLength),
                ExternalLabels = binder.Map("registry.external_labels"),
            },
        };
    }

    private static RemoteWriteOptions? Endpoint(GeneratorBinder b)
    {
        if (!Uri.TryCreate(b.Text("url"), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            b.Error("url", "must be a URL that begins with http:// or https://, such as http://prometheus:9090/api/v1/write");
            return null;
        }

        var d = new RemoteWriteOptions { Url = url };
        var bearer = b.Text("bearer_token");
        var bearerFile = b.Text("bearer_token_file");
        foreach (var key in new[] { "basic_auth.password_file", "authorization.credentials_file", "bearer_token_file", "tls_config.ca_file", "tls_config.cert_file", "tls_config.key_file" })
        {
            if (b.Text(key) is { Length: > 0 } file && !File.Exists(file)) b.Error(key, $"there is no file {file}");
        }

        if (b.Text("protobuf_message") is { Length: > 0 } and not "prometheus.WriteRequest")
            b.Error("protobuf_message", "only prometheus.WriteRequest (remote write 1.0) is spoken");
        return d with
        {
            Name = b.Text("name"),
            RemoteTimeout = b.Positive("remote_timeout", d.RemoteTimeout),
            Headers = b.Map("headers").ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase),
            BasicUser = b.Text("basic_auth.username"),
            BasicPassword = b.Text("basic_auth.password"),
            BasicPasswordFile = b.Text("basic_auth.password_file"),
            AuthorizationType = b.Text("authorization.type", d.AuthorizationType),
            Credentials = b.Text("authorization.credentials", bearer),
            CredentialsFile = b.Text("authorization.credentials_file", bearerFile),
            ProxyUrl = b.Text("proxy_url"),
            FollowRedirects = b.Get("follow_redirects", true),
            CaFile = b.Text("tls_config.ca_file"),
            CertFile = b.Text("tls_config.cert_file"),
            KeyFile = b.Text("tls_config.key_file"),
            ServerName = b.Text("tls_config.server_name"),
            InsecureSkipVerify = b.Get("tls_config.insecure_skip_verify", false),
            MinShards = b.Count("queue_config.min_shards", d.MinShards),
            MaxShards = b.Count("queue_config.max_shards", d.MaxShards),
            MaxSamplesPerSend = b.Count("queue_config.max_samples_per_send", d.MaxSamplesPerSend),
            MinBackoff = b.Positive("queue_config.min_backoff", d.MinBackoff),
            MaxBackoff = b.Positive("queue_config.max_backoff", d.MaxBackoff),
            RetryOn429 = b.Get("queue_config.retry_on_http_429", false),
            SampleAgeLimit = b.Get("queue_config.sample_age_limit", TimeSpan.Zero),
        };
    }

    private SpanMetricsOptions SpanMetrics()
    {
        const string at = "processor.span_metrics.";
        var d = new SpanMetricsOptions();
        return d with
        {
            Buckets = Buckets(at + "histogram_buckets", d.Buckets),
            Dimensions = Texts(at + "dimensions", []),
            Mappings = [.. List(at + "dimension_mappings").Select(Mapping)],
            FilterPolicies = Policies(at + "filter_policies"),
            Service = Get(at + "intrinsic_dimensions.service", true),
            SpanName = Get(at + "intrinsic_dimensions.span_name", true),
            SpanKind = Get(at + "intrinsic_dimensions.span_kind", true),
            StatusCode = Get(at + "intrinsic_dimensions.status_code", true),
            StatusMessage = Get(at + "intrinsic_dimensions.status_message", false),
            EnableTargetInfo = Get(at + "enable_target_info", false),
            EnableInstanceLabel = Get(at + "enable_instance_label", true),
            TargetInfoExcluded = Texts(at + "target_info_excluded_dimensions", []),
            SpanMultiplierKey = Text(at + "span_multiplier_key"),
        };
    }

    private ServiceGraphsOptions ServiceGraphs()
    {
        const string at = "processor.service_graphs.";
        var d = new ServiceGraphsOptions();
        return d with
        {
            Buckets = Buckets(at + "histogram_buckets", d.Buckets),
            Dimensions = Texts(at + "dimensions", []),
            PeerAttributes = Texts(at + "peer_attributes", d.PeerAttributes),
            DatabaseNameAttributes = Texts(at + "database_name_attributes", d.DatabaseNameAttributes),
            FilterPolicies = Policies(at + "filter_policies"),
            Wait = Positive(at + "wait", d.Wait),
            MaxItems = Count(at + "max_items", d.MaxItems),
            EnableClientServerPrefix = Get(at + "enable_client_server_prefix", false),
            EnableMessagingLatency = Get(at + "enable_messaging_system_latency_histogram", false),
            EnableVirtualNodeLabel = Get(at + "enable_virtual_node_label", false),
            SpanMultiplierKey = Text(at + "span_multiplier_key"),
        };
    }

    private DimensionMapping Mapping(ConfigValues values, int i)
    {
        var b = new GeneratorBinder(values, _problems, $"{_at}.processor.span_metrics.dimension_mappings[{i}]");
        if (b.Text("name").Length == 0) b.Error("name", "must not be empty");
        if (b.Texts("source_labels", []).Count == 0) b.Error("source_labels", "must name at least one attribute");
        return new DimensionMapping(b.Text("name"), b.Texts("source_labels", []), b.Text("join"));
    }

    private FilterPolicy[] Policies(string key) =>
        [.. List(key).Select((values, i) => new GeneratorBinder(values, _problems, $"{_at}.{key}[{i}]")).Select(b => new FilterPolicy(b.Match("include"), b.Match("exclude"), b.Match("include_any")))];

    private PolicyMatch? Match(string key)
    {
        var attributes = List(key + ".attributes");
        if (attributes.Count == 0) return null;
        var isRegex = Text(key + ".match_type", "strict") == "regex";
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var attribute in attributes)
        {
            var b = new GeneratorBinder(attribute, _problems, $"{_at}.{key}.attributes[{pairs.Count}]");
            if (b.Text("key").Length == 0) b.Error("key", "must not be empty");
            if (isRegex && !IsPattern(b.Text("value"), out var error)) b.Error("value", error);
            pairs.Add(new(b.Text("key"), b.Text("value")));
        }

        return new PolicyMatch(isRegex, pairs);
    }

    private static bool IsPattern(string pattern, out string error)
    {
        error = "";
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            error = e.Message;
            return false;
        }
    }

    private IReadOnlyList<double> Buckets(string key, IReadOnlyList<double> defaults)
    {
        if (!_values.TryGet(Join(key), out var value) || value is not double[] { Length: > 0 } bounds) return defaults;
        for (var i = 1; i < bounds.Length; i++)
        {
            if (bounds[i] > bounds[i - 1]) continue;
            Error(key, "must be in strictly ascending order");
            return defaults;
        }

        return bounds;
    }

    private T Get<T>(string key, T otherwise) => _values.TryGet(Join(key), out var value) && value is T typed ? typed : otherwise;

    private int Count(string key, int otherwise) => (int)Math.Min(int.MaxValue, Get(key, (long)otherwise));

    private TimeSpan Positive(string key, TimeSpan otherwise)
    {
        var value = Get(key, otherwise);
        if (value > TimeSpan.Zero) return value;
        Error(key, "must be longer than 0");
        return otherwise;
    }

    private string Text(string key, string otherwise = "") => Get(key, otherwise) is { Length: > 0 } text ? text : otherwise;

    private IReadOnlyList<string> Texts(string key, IReadOnlyList<string> otherwise) => Get<IReadOnlyList<string>>(key, otherwise);

    private List<ConfigValues> List(string key) => Get<List<ConfigValues>>(key, []);

    private KeyValuePair<string, string>[] Map(string key) =>
        _values.TryGet(Join(key), out var value) && value is SortedDictionary<string, object> map ? [.. map.Select(e => new KeyValuePair<string, string>(e.Key, (string)e.Value))] : [];

    private string Join(string key) => _at == Root ? Root + "." + key : key;

    private void Error(string key, string message)
    {
        var (source, line) = _values.Origin(Join(key));
        _problems.Errors.Add(new ConfigProblem(source, line, _at + "." + key, message));
    }
}
