namespace Rubato.Fuzz;

/// <summary>Something that takes bytes from outside and must stand any of them.</summary>
internal interface IFuzzTarget
{
    /// <summary>Good inputs to begin with.</summary>
    IEnumerable<byte[]> Corpus(Random random);

    /// <summary>Throws when the input breaks it or when one of its promises does not hold.</summary>
    void Run(byte[] input);
}
