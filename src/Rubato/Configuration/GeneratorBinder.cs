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
        if (path.Length == 0 && endpoints.Count > 0) binder.Warn("storage.path", "is empty, so the metrics-generator stays off: samples wait there until an endpoint has them");
        var limitsEntities = binder.Text("limiter_type") == "entity";
        if (!limitsEntities && values.TryGet("overrides.defaults.metrics_generator.max_active_entities", out var entities) && entities is > 0L)
            binder.Warn("limiter_type", "is series, so overrides.defaults.metrics_generator.max_active_entities limits nothing: write limiter_type: entity to limit label sets");
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
            HostInfo = binder.HostInfo(),
            Settings = settings with
            {
                CollectionInterval = binder.Positive("registry.collection_interval", settings.CollectionInterval),
                StaleDuration = binder.Positive("registry.stale_duration", settings.StaleDuration),
                Slack = binder.Positive("metrics_ingestion_time_range_slack", settings.Slack),
                LimitsEntities = limitsEntities,
                Series = settings.Series with
                {
                    MaxLabelNameLength = binder.Count("registry.max_label_name_length", settings.Series.MaxLabelNameLength),
                    MaxLabelValueLength = binder.Count("registry.max_label_value_length", settings.Series.MaxLabelValueLength),
                    ExternalLabels = [.. binder.Map("registry.external_labels")],
                },
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
        foreach (var key in new[] { "basic_auth.username_file", "basic_auth.password_file", "authorization.credentials_file", "bearer_token_file", "oauth2.client_secret_file" })
        {
            if (b.Text(key) is { Length: > 0 } file && !System.IO.File.Exists(file)) b.Error(key, $"there is no file {file}");
        }

        foreach (var key in new[] { "sigv4", "azuread", "google_iam" })
        {
            if (b.Has(key)) b.Error(key, "is not supported: send through a proxy that signs requests, or use basic_auth, authorization or oauth2");
        }

        string[] ways = ["basic_auth", "authorization", "oauth2"];
        if (ways.Count(b.Has) + (bearer.Length + bearerFile.Length > 0 ? 1 : 0) > 1) b.Error("", "has more than one of basic_auth, authorization, oauth2 and bearer_token: keep one");
        if (b.Text("protobuf_message") is { Length: > 0 } and not "prometheus.WriteRequest")
            b.Error("protobuf_message", "only prometheus.WriteRequest (remote write 1.0) is spoken");
        return d with
        {
            Name = b.Text("name"),
            RemoteTimeout = b.Positive("remote_timeout", d.RemoteTimeout),
            Headers = b.Map("headers").ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase),
            BasicUser = b.Text("basic_auth.username"),
            BasicUserFile = b.Text("basic_auth.username_file"),
            BasicPassword = b.Text("basic_auth.password"),
            BasicPasswordFile = b.Text("basic_auth.password_file"),
            AuthorizationType = b.Text("authorization.type", d.AuthorizationType),
            Credentials = b.Text("authorization.credentials", bearer),
            CredentialsFile = b.Text("authorization.credentials_file", bearerFile),
            ProxyUrl = b.Text("proxy_url"),
            FollowRedirects = b.Get("follow_redirects", true),
            ProxyFromEnvironment = b.Get("proxy_from_environment", false),
            Tls = b.Tls("tls_config."),
            OAuth2 = b.OAuth2(),
            WriteRelabel = [.. b.List("write_relabel_configs").Select((rule, i) => Relabel(new GeneratorBinder(rule, b._problems, $"{b._at}.write_relabel_configs[{i}]")))],
            MinShards = b.Count("queue_config.min_shards", d.MinShards),
            MaxShards = b.Count("queue_config.max_shards", d.MaxShards),
            MaxSamplesPerSend = b.Count("queue_config.max_samples_per_send", d.MaxSamplesPerSend),
            MinBackoff = b.Positive("queue_config.min_backoff", d.MinBackoff),
            MaxBackoff = b.Positive("queue_config.max_backoff", d.MaxBackoff),
            RetryOn429 = b.Get("queue_config.retry_on_http_429", false),
            SampleAgeLimit = b.Get("queue_config.sample_age_limit", TimeSpan.Zero),
        };
    }

    /// <summary>Read now, so that a wrong file is said at start and not by the first request.</summary>
    private RemoteWriteTls Tls(string at)
    {
        var tls = new RemoteWriteTls
        {
            CaFile = File(at + "ca_file"),
            CertFile = File(at + "cert_file"),
            KeyFile = File(at + "key_file"),
            Ca = Text(at + "ca"),
            Cert = Text(at + "cert"),
            Key = Text(at + "key"),
            ServerName = Text(at + "server_name"),
            InsecureSkipVerify = Get(at + "insecure_skip_verify", false),
            MinVersion = Text(at + "min_version"),
            MaxVersion = Text(at + "max_version"),
        };
        foreach (var key in new[] { "min_version", "max_version" })
        {
            if (Text(at + key) is not ("" or "TLS10" or "TLS11" or "TLS12" or "TLS13")) Error(at + key, "must be TLS10, TLS11, TLS12 or TLS13");
            if (key == "max_version" && Text(at + key) is "TLS10" or "TLS11") Error(at + key, "must be TLS12 or TLS13: older ones are not spoken");
        }

        try
        {
            tls.Load();
            return tls;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException or ArgumentException)
        {
            Error(at.TrimEnd('.'), "certificate or key cannot be used: " + e.Message);
            return new RemoteWriteTls();
        }
    }

    private OAuth2Options? OAuth2()
    {
        if (!Has("oauth2")) return null;
        if (!Uri.TryCreate(Text("oauth2.token_url"), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            Error("oauth2.token_url", "must be a URL that begins with http:// or https://");
            return null;
        }

        if (Text("oauth2.client_id").Length == 0) Error("oauth2.client_id", "must not be empty");
        return new OAuth2Options
        {
            TokenUrl = url,
            ClientId = Text("oauth2.client_id"),
            ClientSecret = Text("oauth2.client_secret"),
            ClientSecretFile = Text("oauth2.client_secret_file"),
            Scopes = Texts("oauth2.scopes", []),
            EndpointParams = Map("oauth2.endpoint_params").ToDictionary(),
            ProxyUrl = Text("oauth2.proxy_url"),
            Tls = Tls("oauth2.tls_config."),
        };
    }

    private static RelabelRule Relabel(GeneratorBinder b)
    {
        var d = new RelabelRule();
        var pattern = b.Get("regex", "(.*)");
        var regex = d.Regex;
        try
        {
            regex = RelabelRule.Pattern(pattern);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            b.Error("regex", e.Message);
        }

        var rule = d with
        {
            Action = Enum.Parse<RelabelAction>(b.Text("action", "replace"), ignoreCase: true),
            SourceLabels = b.Texts("source_labels", []),
            Separator = b.Get("separator", d.Separator),
            Regex = regex,
            Modulus = (ulong)Math.Max(0, b.Get("modulus", 0L)),
            TargetLabel = b.Text("target_label"),
            Replacement = b.Get("replacement", d.Replacement),
        };
        if (rule.NeedsTarget && rule.TargetLabel.Length == 0) b.Error("target_label", $"must name the label that the action {b.Text("action", "replace")} is about");
        if (rule.Action == RelabelAction.HashMod && rule.Modulus == 0) b.Error("modulus", "must be more than 0 for the action hashmod");
        return rule;
    }

    private SpanMetricsOptions SpanMetrics()
    {
        const string at = "processor.span_metrics.";
        var d = new SpanMetricsOptions();
        return d with
        {
            Buckets = [.. Buckets(at + "histogram_buckets", d.Buckets)],
            Dimensions = [.. Texts(at + "dimensions", [])],
            Mappings = [.. List(at + "dimension_mappings").Select(Mapping)],
            FilterPolicies = [.. Policies(at + "filter_policies")],
            Service = Get(at + "intrinsic_dimensions.service", true),
            SpanName = Get(at + "intrinsic_dimensions.span_name", true),
            SpanKind = Get(at + "intrinsic_dimensions.span_kind", true),
            StatusCode = Get(at + "intrinsic_dimensions.status_code", true),
            StatusMessage = Get(at + "intrinsic_dimensions.status_message", false),
            EnableTargetInfo = Get(at + "enable_target_info", false),
            EnableInstanceLabel = Get(at + "enable_instance_label", true),
            TargetInfoExcluded = [.. Texts(at + "target_info_excluded_dimensions", [])],
            SpanMultiplierKey = Text(at + "span_multiplier_key"),
            EnableTracestateMultiplier = Get(at + "enable_tracestate_span_multiplier", false),
        };
    }

    private ServiceGraphsOptions ServiceGraphs()
    {
        const string at = "processor.service_graphs.";
        var d = new ServiceGraphsOptions();
        return d with
        {
            Buckets = [.. Buckets(at + "histogram_buckets", d.Buckets)],
            Dimensions = [.. Texts(at + "dimensions", [])],
            PeerAttributes = [.. Texts(at + "peer_attributes", d.PeerAttributes)],
            DatabaseNameAttributes = [.. Texts(at + "database_name_attributes", d.DatabaseNameAttributes)],
            FilterPolicies = [.. Policies(at + "filter_policies")],
            Wait = Positive(at + "wait", d.Wait),
            MaxItems = Count(at + "max_items", d.MaxItems),
            EnableClientServerPrefix = Get(at + "enable_client_server_prefix", false),
            EnableMessagingLatency = Get(at + "enable_messaging_system_latency_histogram", false),
            EnableVirtualNodeLabel = Get(at + "enable_virtual_node_label", false),
            SpanMultiplierKey = Text(at + "span_multiplier_key"),
            EnableTracestateMultiplier = Get(at + "enable_tracestate_span_multiplier", false),
        };
    }

    private HostInfoOptions HostInfo()
    {
        var d = new HostInfoOptions();
        return d with
        {
            Identifiers = [.. Texts("processor.host_info.host_identifiers", d.Identifiers)],
            Metric = Text("processor.host_info.metric_name", d.Metric),
        };
    }

    private DimensionMapping Mapping(ConfigValues values, int i)
    {
        var b = new GeneratorBinder(values, _problems, $"{_at}.processor.span_metrics.dimension_mappings[{i}]");
        if (b.Text("name").Length == 0) b.Error("name", "must not be empty");
        if (b.Texts("source_labels", []).Count == 0) b.Error("source_labels", "must name at least one attribute");
        return new DimensionMapping(b.Text("name"), [.. b.Texts("source_labels", [])], b.Text("join"));
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

        return new PolicyMatch(isRegex, [.. pairs]);
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

    private bool Has(string key) => _values.HasSection(Join(key)) || _values.TryGet(Join(key), out _);

    private string File(string key)
    {
        if (Text(key) is not { Length: > 0 } file) return "";
        if (System.IO.File.Exists(file)) return file;
        Error(key, $"there is no file {file}");
        return "";
    }

    private string Join(string key) => _at == Root ? Root + "." + key : key;

    private void Error(string key, string message) => _problems.Errors.Add(At(key, message));

    private void Warn(string key, string message) => _problems.Warnings.Add(At(key, message));

    private ConfigProblem At(string key, string message)
    {
        var (source, line) = _values.Origin(Join(key));
        return new ConfigProblem(source, line, key.Length == 0 ? _at : _at + "." + key, message);
    }
}
