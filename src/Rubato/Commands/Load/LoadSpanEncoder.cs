using System.Globalization;
using Rubato.Model.Otlp;

namespace Rubato.Commands.Load;

/// <summary>Encodes one span of a template as OTLP (spec/wire-formats.md 1.2) and notes the places to patch.</summary>
internal sealed class LoadSpanEncoder
{
    private readonly ProtoWriter _attribute = new();
    private readonly ProtoWriter _value = new();
    private readonly ProtoWriter _event = new();

    /// <summary>Writes the span's fields to <paramref name="span"/>; slots are offsets within it.</summary>
    public LoadSlots Encode(ProtoWriter span, LoadSpanPlan plan, ref LoadSequence random)
    {
        var slots = new LoadSlots
        {
            TraceIdAt = span.Bytes(1, new byte[16]),
            SpanIdAt = span.Bytes(2, new byte[8]),
            ParentIdAt = plan.Parent < 0 ? -1 : span.Bytes(4, new byte[8]),
        };

        // The name is known only when the attributes are chosen, and comes before them on the wire as in any SDK: choose, then write.
        List<(string Key, object Value)> attributes = Attributes(plan, ref random);
        span.Text(5, plan.Name);
        span.WriteVarint(6, (ulong)plan.OtlpKind);
        slots.StartAt = span.Fixed64(7);
        slots.EndAt = span.Fixed64(8);
        foreach ((string key, object value) in attributes)
        {
            Attribute(span, key, value, ref slots);
        }

        if (plan.Failed)
        {
            Failure(span, ref slots, ref random);
        }

        return slots;
    }

    /// <summary>Writes one KeyValue as field <paramref name="field"/> of <paramref name="target"/>; returns where a string value begins.</summary>
    public int KeyValue(ProtoWriter target, int field, string key, object value)
    {
        _value.Clear();
        int inValue = 0;
        switch (value)
        {
            case string text:
                inValue = _value.Text(1, text);
                break;
            case bool flag:
                _value.WriteVarint(2, flag ? 1u : 0u);
                break;
            default:
                _value.WriteVarint(3, (ulong)(int)value);
                break;
        }

        _attribute.Clear();
        _attribute.Text(1, key);
        int inAttribute = _attribute.Bytes(2, _value.Written);
        return target.Bytes(field, _attribute.Written) + inAttribute + inValue;
    }

    private void Attribute(ProtoWriter span, string key, object value, ref LoadSlots slots)
    {
        int at = KeyValue(span, 9, key, value);
        if (value is not string text)
        {
            return;
        }

        // '#' stands for a digit and '@' for a hex character that every sending draws anew.
        if (key == "app.user.id")
        {
            slots.UserAt = at + text.IndexOf('#', StringComparison.Ordinal);
        }
        else if (text.Contains('#', StringComparison.Ordinal))
        {
            slots.DigitsAt = at + text.IndexOf('#', StringComparison.Ordinal);
            slots.DigitCount = text.Count(c => c == '#');
        }
        else if (text.StartsWith('@'))
        {
            slots.HexAt = at;
        }
    }

    private static List<(string Key, object Value)> Attributes(LoadSpanPlan plan, ref LoadSequence random)
    {
        List<(string, object)> attributes = [];
        switch (plan.Role)
        {
            case LoadSpanRole.Server:
                Server(plan, attributes, ref random);
                break;
            case LoadSpanRole.Database:
                Database(plan, attributes, ref random);
                break;
            case LoadSpanRole.HttpClient:
                HttpClient(plan, attributes, ref random);
                break;
            case LoadSpanRole.Producer or LoadSpanRole.Consumer:
                Messaging(plan, attributes, ref random);
                break;
            default:
                plan.Name = random.Pick<string>(LoadVocabulary.Functions);
                attributes.Add(("thread.id", random.Between(1, 64)));
                attributes.Add(("code.function", plan.Name));
                attributes.Add(("cache.hit", random.Chance(0.7)));
                break;
        }

        attributes.Add(("app.user.id", "user-######"));
        attributes.Add(("app.tenant", random.Pick<string>(LoadVocabulary.Tenants)));
        if (random.Chance(0.1))
        {
            attributes.Add((
                string.Create(CultureInfo.InvariantCulture, $"app.rare.{random.Below(LoadVocabulary.RareKeys)}"),
                string.Create(CultureInfo.InvariantCulture, $"v{random.Below(LoadVocabulary.RareValues)}")));
        }

        return attributes;
    }

    private static void Server(LoadSpanPlan plan, List<(string, object)> attributes, ref LoadSequence random)
    {
        string method = random.Pick<string>(LoadVocabulary.Methods);
        string route = random.Pick<string>(LoadVocabulary.Routes);
        plan.Name = $"{method} {route}";
        attributes.Add(("http.method", method));
        attributes.Add(("http.route", route));
        attributes.Add(("http.status_code", Status(plan, ref random)));
        attributes.Add(("http.url", $"https://shop.example{route.Replace("/{id}", "", StringComparison.Ordinal)}/########"));
        attributes.Add(("http.user_agent", random.Pick<string>(LoadVocabulary.UserAgents)));
        attributes.Add(("net.peer.ip", LoadVocabulary.PeerAddress(random.Below(LoadVocabulary.PeerAddresses))));
        attributes.Add(("http.request_id", new string('@', 32)));
    }

    private static void Database(LoadSpanPlan plan, List<(string, object)> attributes, ref LoadSequence random)
    {
        string operation = random.Pick<string>(LoadVocabulary.DatabaseOperations);
        string table = random.Pick<string>(LoadVocabulary.Tables);
        plan.Name = $"{operation} {table}";
        attributes.Add(("db.system", random.Pick<string>(LoadVocabulary.DatabaseSystems)));
        attributes.Add(("db.name", random.Pick<string>(LoadVocabulary.DatabaseNames)));
        attributes.Add(("db.operation", operation));
        attributes.Add(("db.table", table));
        attributes.Add(("db.statement", operation switch
        {
            "SELECT" => $"SELECT id, state, total FROM {table} WHERE id = #######",
            "INSERT" => $"INSERT INTO {table} (id, state, total) VALUES (#######, $1, $2)",
            _ => $"UPDATE {table} SET state = $1 WHERE id = #######",
        }));
        attributes.Add(("db.rows", random.Between(0, 500)));
    }

    private static void HttpClient(LoadSpanPlan plan, List<(string, object)> attributes, ref LoadSequence random)
    {
        string method = random.Pick<string>(LoadVocabulary.Methods);
        string peer = LoadVocabulary.Services[random.Between(LoadVocabulary.RootServices, LoadVocabulary.Services.Length - 1)];
        plan.Name = $"HTTP {method}";
        attributes.Add(("http.method", method));
        attributes.Add(("http.status_code", Status(plan, ref random)));
        attributes.Add(("http.url", $"http://{peer}:8080/v1/########"));
        attributes.Add(("peer.service", peer));
        attributes.Add(("http.response_size", random.Between(64, 65_536)));
    }

    private static void Messaging(LoadSpanPlan plan, List<(string, object)> attributes, ref LoadSequence random)
    {
        string destination = random.Pick<string>(LoadVocabulary.Destinations);
        plan.Name = plan.Role == LoadSpanRole.Producer ? $"{destination} publish" : $"{destination} process";
        attributes.Add(("messaging.system", random.Pick<string>(LoadVocabulary.MessagingSystems)));
        attributes.Add(("messaging.destination", destination));
        attributes.Add(("messaging.kafka.partition", random.Below(24)));
        attributes.Add(("messaging.message_id", new string('@', 32)));
    }

    private static int Status(LoadSpanPlan plan, ref LoadSequence random) =>
        random.Pick<int>(plan.Failed ? LoadVocabulary.BadStatuses : LoadVocabulary.GoodStatuses);

    private void Failure(ProtoWriter span, ref LoadSlots slots, ref LoadSequence random)
    {
        (string type, string message) = random.Pick<(string, string)>(LoadVocabulary.Exceptions);
        _event.Clear();
        int time = _event.Fixed64(1);
        _event.Text(2, "exception");
        KeyValue(_event, 3, "exception.type", type);
        KeyValue(_event, 3, "exception.message", message);
        slots.EventTimeAt = span.Bytes(11, _event.Written) + time;

        _event.Clear();
        _event.Text(2, message);
        _event.WriteVarint(3, 2);
        span.Bytes(15, _event.Written);
    }
}
