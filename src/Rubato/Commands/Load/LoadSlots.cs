namespace Rubato.Commands.Load;

/// <summary>Where in a template's bytes one span keeps what changes with each sending. -1: it has no such value.</summary>
internal record struct LoadSlots
{
    public LoadSlots()
    {
    }

    public int TraceIdAt { get; set; }

    public int SpanIdAt { get; set; }

    public int ParentIdAt { get; set; } = -1;

    public int StartAt { get; set; }

    public int EndAt { get; set; }

    /// <summary>Six digits of <c>app.user.id</c>.</summary>
    public int UserAt { get; set; }

    /// <summary>Digits of a url or a statement.</summary>
    public int DigitsAt { get; set; } = -1;

    public int DigitCount { get; set; }

    /// <summary>32 hex characters of a request or message id.</summary>
    public int HexAt { get; set; } = -1;

    public int EventTimeAt { get; set; } = -1;

    public readonly LoadSlots Shifted(int by) => this with
    {
        TraceIdAt = TraceIdAt + by,
        SpanIdAt = SpanIdAt + by,
        ParentIdAt = Shift(ParentIdAt, by),
        StartAt = StartAt + by,
        EndAt = EndAt + by,
        UserAt = UserAt + by,
        DigitsAt = Shift(DigitsAt, by),
        HexAt = Shift(HexAt, by),
        EventTimeAt = Shift(EventTimeAt, by),
    };

    private static int Shift(int at, int by) => at < 0 ? at : at + by;
}
