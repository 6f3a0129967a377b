using System.Globalization;

namespace Rubato.Commands.Load;

/// <summary>The words of the generated spans (spec/load-shape.md); the counts are part of the shape.</summary>
internal static class LoadVocabulary
{
    public const int PodsPerService = 8;
    public const int PeerAddresses = 4_000;
    public const int RareKeys = 60;
    public const int RareValues = 20;

    /// <summary>How many of <see cref="Services"/>, from the first, are where traces begin.</summary>
    public const int RootServices = 3;

    public static readonly string[] Services =
    [
        "api-gateway", "frontend", "mobile-bff",
        "payment-service", "ledger", "order-service", "fraud-check", "cart-service", "catalog", "inventory",
        "shipping", "pricing", "tax-service", "search", "recommendation", "user-service", "auth-service", "session-store",
        "notification", "email-sender", "sms-sender", "invoice-service", "refund-service", "loyalty", "coupon-service",
        "review-service", "media-service", "geo-service", "audit-log", "report-service",
    ];

    public static readonly string[] Namespaces = ["shop", "payments", "platform", "logistics", "growth"];
    public static readonly string[] Regions = ["eu-west-1", "eu-central-1", "us-east-1"];
    public static readonly string[] Languages = ["go", "java", "dotnet", "nodejs", "python"];
    public static readonly string[] ScopeNames = ["io.opentelemetry.http", "io.opentelemetry.grpc"];
    public static readonly string[] ScopeVersions = ["1.24.0", "1.28.0", "1.30.0", "2.0.1"];

    public static readonly string[] Methods = ["GET", "GET", "GET", "POST", "POST", "PUT", "DELETE"];

    public static readonly string[] Routes =
    [
        "/api/v1/orders", "/api/v1/orders/{id}", "/api/v1/cart", "/api/v1/cart/items", "/api/v1/products",
        "/api/v1/products/{id}", "/api/v1/users/{id}", "/api/v1/login", "/api/v1/payments", "/api/v1/refunds",
        "/api/v1/search", "/api/v1/reviews", "/api/v1/shipments", "/api/v1/coupons", "/healthz",
    ];

    public static readonly string[] UserAgents =
    [
        "Mozilla/5.0 (X11) Firefox/128.0", "Mozilla/5.0 (Macintosh) Safari/605.1",
        "Mozilla/5.0 (Windows) Chrome/126.0", "Mozilla/5.0 (iPhone) Mobile/15E148", "Mozilla/5.0 (Android) Chrome/126.0",
        "okhttp/4.12.0", "Go-http-client/2.0", "python-requests/2.32.3", "axios/1.7.2", "curl/8.8.0",
        "Apache-HttpClient/5.3", "grpc-dotnet/2.63.0",
    ];

    public static readonly int[] GoodStatuses = [200, 200, 200, 200, 200, 201, 204, 304, 404];
    public static readonly int[] BadStatuses = [500, 502, 503, 504];

    public static readonly string[] DatabaseSystems = ["postgresql", "mysql"];
    public static readonly string[] DatabaseNames = ["orders", "users", "billing", "catalog"];
    public static readonly string[] DatabaseOperations = ["SELECT", "SELECT", "SELECT", "INSERT", "UPDATE"];
    public static readonly string[] Tables = ["orders", "order_items", "users", "payments", "audit", "sessions", "products"];

    public static readonly string[] MessagingSystems = ["kafka", "rabbitmq"];
    public static readonly string[] Destinations = ["orders.created", "orders.paid", "payments.settled", "emails.out", "audit.events", "stock.moved"];

    public static readonly string[] Functions = Numbered(60, i => $"{Verbs[i % Verbs.Length]}{Nouns[i / Verbs.Length]}");
    public static readonly string[] Tenants = Numbered(50, i => $"tenant-{i:D2}");

    public static readonly (string Type, string Message)[] Exceptions =
    [
        ("TimeoutException", "upstream did not answer in time"), ("ConnectionRefusedException", "connection refused by peer"),
        ("ValidationException", "field amount must be positive"), ("DeadlockException", "deadlock detected, transaction rolled back"),
        ("NullReferenceException", "object reference not set"), ("QuotaExceededException", "quota of the tenant is used up"),
    ];

    private static string[] Verbs => ["load", "save", "check", "merge", "render", "encode", "price", "score", "route", "audit"];

    private static string[] Nouns => ["Order", "Basket", "Customer", "Invoice", "Session", "Shipment"];

    public static string PeerAddress(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"10.{20 + (number / 1000)}.{number / 50 % 20}.{1 + (number % 50)}");

    private static string[] Numbered(int count, Func<int, string> name) => [.. Enumerable.Range(0, count).Select(name)];
}
