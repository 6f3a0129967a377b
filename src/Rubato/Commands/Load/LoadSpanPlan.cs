namespace Rubato.Commands.Load;

internal enum LoadSpanRole
{
    Server,
    Database,
    HttpClient,
    Producer,
    Consumer,
    Internal,
}

/// <summary>What of a span is fixed in its template.</summary>
/// <param name="Parent">Index of the parent within the trace, always an earlier one; -1 for the root.</param>
/// <param name="Service">Index into <see cref="LoadVocabulary.Services"/>.</param>
internal sealed record LoadSpanPlan(int Parent, int Service, LoadSpanRole Role, bool Failed)
{
    public string Name { get; set; } = "";

    public int OtlpKind => Role switch
    {
        LoadSpanRole.Server => 2,
        LoadSpanRole.Database or LoadSpanRole.HttpClient => 3,
        LoadSpanRole.Producer => 4,
        LoadSpanRole.Consumer => 5,
        _ => 1,
    };
}
