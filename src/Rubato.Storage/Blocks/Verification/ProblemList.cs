namespace Rubato.Storage.Blocks.Verification;

/// <summary>Problems of a block, the first ones in words, the rest as a number.</summary>
internal sealed class ProblemList
{
    private const int MaxListed = 50;

    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems => _problems;

    public long Count { get; private set; }

    public void Add(string problem)
    {
        Count++;
        if (_problems.Count < MaxListed)
            _problems.Add(problem);
    }
}
