namespace Rubato.OrderSystem;

/// <summary>What a customer asks for (the guide's S72).</summary>
public sealed record OrderRequest(int UserId, int ProductId, double Amount)
{
    /// <summary>The n-th order of a run, from 0: users from 1000, products from 2000, 99.99 each (S81).</summary>
    public static OrderRequest Number(int n) => new(1_000 + (n % 1_000), 2_000 + (n % 1_000), 99.99);
}
