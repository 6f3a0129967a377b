namespace Rubato.Testing.Faults;

/// <summary>What goes wrong with one call to a <see cref="FaultyObjectStore"/>.</summary>
public enum StoreFault
{
    None,

    /// <summary>Fails without effect: a 503, a refused connection.</summary>
    Error,

    /// <summary>Takes effect, then fails: the answer was lost.</summary>
    LostAnswer,

    /// <summary>A read that fills part of the buffer and breaks off; a list that breaks off after some of its entries. Otherwise as <see cref="Error"/>.</summary>
    ShortRead,

    /// <summary>Works, after a while of virtual time.</summary>
    Slow,

    /// <summary>A list as it was some changes ago. Otherwise as <see cref="None"/>.</summary>
    StaleList,

    /// <summary>A put that arrives twice, as a client's own retry sends it. Otherwise as <see cref="None"/>.</summary>
    Twice,

    /// <summary>The process dies before the call has its effect.</summary>
    Kill,

    /// <summary>The process dies when the call has had its effect and before it knows.</summary>
    KillAfter,
}
