namespace Rubato.OrderSystem;

/// <summary>A simulated failure as it shows in a span's exception event; never thrown.</summary>
public sealed class OrderFailureException(string message) : Exception(message);
