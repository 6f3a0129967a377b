namespace Rubato.Fuzz;

/// <summary>Something that takes bytes from outside and must stand any of them.</summary>
internal interface IFuzzTarget
{
    /// <summary>Good inputs to begin with.</summary>
    IEnumerable<byte[]> Corpus(Random random);

    /// <summary>Throws when the input breaks it or when one of its promises does not hold.</summary>
    void Run(byte[] input);

    /// <summary>Damages an input. A target that knows the shape of its inputs gets deeper than random bytes do.</summary>
    byte[] Mutate(Random random, Mutator mutator, byte[] input, byte[] other) => mutator.Mutate(input, other);

    /// <summary>What one execution on the calling thread may allocate. The default: what the server may spare for one request.</summary>
    long MaxAllocatedBytes => 256 << 20;

    /// <summary>Longer is a hang. Generous: a busy machine must not look like one.</summary>
    TimeSpan MaxTime => TimeSpan.FromSeconds(20);
}
