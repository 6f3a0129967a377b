namespace Rubato.Commands.Load;

/// <summary>The random numbers of one template, drawn in order while it is built.</summary>
internal struct LoadSequence(ulong key)
{
    private ulong _index;

    public ulong Next() => LoadRandom.At(key, _index++);

    public int Below(int bound) => (int)LoadRandom.Below((uint)bound, (uint)Next());

    public int Between(int low, int high) => low + Below(high - low + 1);

    public bool Chance(double probability) => Next() * (1.0 / 18446744073709551616.0) < probability;

    public T Pick<T>(ReadOnlySpan<T> values) => values[Below(values.Length)];
}
