namespace Rubato.Client;

/// <summary>Names of business attributes, under a prefix of the application's own so that they meet no convention's.</summary>
public static class AppAttributes
{
    /// <summary>Whose request it is.</summary>
    public const string UserId = "app.user.id";

    /// <summary>Whose data it is about.</summary>
    public const string TenantId = "app.tenant.id";

    /// <summary>The order it is about.</summary>
    public const string OrderId = "app.order.id";

    /// <summary>The part of the company that answers for it.</summary>
    public const string BusinessUnit = "app.business.unit";
}
