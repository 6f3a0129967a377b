namespace Rubato.Demo;

/// <summary>A simulated failure as it shows in a span's exception event; never thrown.</summary>
internal sealed class DemoFailureException(string message) : Exception(message);
