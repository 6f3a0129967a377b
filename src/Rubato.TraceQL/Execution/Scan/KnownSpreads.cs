namespace Rubato.TraceQL.Execution.Scan;

/// <summary>
/// What was found out about blocks that queries asked for together, for the next query: segments of blocks never change. The last few answers; one about
/// more segments than asked for serves too, as a trace that is spread over those counts as spread here.
/// </summary>
internal sealed class KnownSpreads
{
    /// <summary>Tenants and time ranges that are asked about in turn.</summary>
    private const int MaxAnswers = 8;

    private readonly Lock _lock = new();
    private readonly List<(HashSet<string> Segments, StraddlingTraces Traces)> _answers = [];

    public StraddlingTraces? Find(IReadOnlyCollection<string> segments)
    {
        lock (_lock)
        {
            for (var i = 0; i < _answers.Count; i++)
            {
                var answer = _answers[i];
                if (!segments.All(answer.Segments.Contains)) continue;
                _answers.RemoveAt(i);
                _answers.Insert(0, answer);
                return answer.Traces;
            }
        }

        return null;
    }

    public void Add(IReadOnlyCollection<string> segments, StraddlingTraces traces)
    {
        lock (_lock)
        {
            // What the new answer covers is asked for no more: blocks come and go, and the newest list has the newest.
            _answers.RemoveAll(answer => answer.Segments.IsSubsetOf(segments));
            _answers.Insert(0, ([.. segments], traces));
            if (_answers.Count > MaxAnswers) _answers.RemoveAt(MaxAnswers);
        }
    }
}
