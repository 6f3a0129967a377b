using System.Globalization;

namespace Rubato.UnitTests.Storage;

/// <summary>One seed for all damage tests, the same in every run unless the environment gives another.</summary>
internal static class DamageSeed
{
    public static int Value { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("RUBATO_DAMAGE_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : 20261122;
}
