using Rubato.Model.Spans;

namespace Rubato.UnitTests.Docs;

/// <summary>Two orders as the demo sends them (<c>rubato --demo</c>): one that succeeds, one whose payment times out.</summary>
internal static class DemoOrders
{
    public const ulong StartUnixNano = 1_760_000_040_000_000_000;

    private const ulong Millisecond = 1_000_000;

    public static Span[] Spans { get; } = [.. Order(1, fails: false), .. Order(2, fails: true)];

    private static IEnumerable<Span> Order(ulong number, bool fails)
    {
        var start = StartUnixNano + (number * 60_000 * Millisecond);
        yield return Make(1, 0, "api-gateway", "API.CreateOrder", SpanKind.Server, 0, 400, ("order.user_id", 1000L), ("order.product_id", 2000L), ("order.amount", 99.99));
        yield return Make(2, 1, "auth-service", "Auth.ValidateToken", SpanKind.Internal, 5, 30, ("auth.valid", true));
        yield return Make(3, 1, "user-service", "User.Validate", SpanKind.Internal, 40, 80);
        yield return Make(4, 3, "user-service", "User.Cache.Get", SpanKind.Client, 41, 5, ("db.system", "redis"), ("cache.hit", false));
        yield return Make(5, 3, "user-service", "User.DB.Query", SpanKind.Client, 50, 60, ("db.system", "postgresql"), ("db.statement", "SELECT * FROM users WHERE id = $1"), ("db.table", "users"));
        yield return Make(6, 1, "payment-service", "Payment.Process", SpanKind.Internal, 130, 260, ("payment.amount", 99.99));
        yield return Make(7, 6, "payment-service", "Payment.Gateway.Call", SpanKind.Client, 131, 220, ("payment.gateway", "stripe"));
        yield return Make(8, 6, "payment-service", "Payment.DB.Update", SpanKind.Client, 352, 30, ("db.system", "postgresql"), ("db.table", "payments"));

        Span Make(ulong id, ulong parent, string service, string name, SpanKind kind, ulong at, ulong lasts, params (string Key, object Value)[] attributes) => new()
        {
            TraceId = new TraceId(7, number),
            SpanId = new SpanId(id),
            ParentSpanId = new SpanId(parent),
            Name = name,
            Kind = kind,
            StatusCode = fails && id is 1 or 6 or 7 ? StatusCode.Error : StatusCode.Ok,
            StartUnixNano = start + (at * Millisecond),
            EndUnixNano = start + ((at + lasts) * Millisecond),
            Attributes = [.. attributes.Select(a => KeyValuePair.Create(a.Key, Of(a.Value)))],
            Resource = new Resource { Attributes = [new("service.name", AttributeValue.Of(service)), new("deployment.environment", AttributeValue.Of("production"))] },
            Scope = InstrumentationScope.Empty,
            Events = id switch
            {
                6 when !fails => [new SpanEvent { TimeUnixNano = start + (390 * Millisecond), Name = "Payment completed" }],
                7 when fails => [new SpanEvent
                {
                    TimeUnixNano = start + (350 * Millisecond), Name = "exception", Attributes = [new("exception.message", AttributeValue.Of("payment gateway timeout"))],
                }],
                _ => [],
            },
        };
    }

    private static AttributeValue Of(object value) => value switch
    {
        string text => AttributeValue.Of(text),
        long number => AttributeValue.Of(number),
        double number => AttributeValue.Of(number),
        _ => AttributeValue.Of((bool)value),
    };
}
