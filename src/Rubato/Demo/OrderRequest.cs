namespace Rubato.Demo;

/// <summary>What a customer asks for (spec/guide.md S72).</summary>
internal sealed record OrderRequest(int UserId, int ProductId, double Amount);
