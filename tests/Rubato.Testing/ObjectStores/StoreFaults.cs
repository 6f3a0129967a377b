namespace Rubato.Testing.ObjectStores;

/// <summary>What goes wrong at a fake store, decided request by request by the test.</summary>
public sealed class StoreFaults
{
    private readonly Lock _gate = new();
    private readonly List<string> _requests = [];

    /// <summary>Called for each request with its verb, key (empty for the bucket) and number from 0 on; null for none.</summary>
    public Func<FakeRequest, FakeFault?> Decide { get; set; } = _ => null;

    /// <summary>"GET t/b/x" of each request so far; "LIST prefix" for listings.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_gate) return [.. _requests];
        }
    }

    public FakeFault? Next(string verb, string key)
    {
        int number;
        lock (_gate)
        {
            number = _requests.Count;
            _requests.Add($"{verb} {key}");
        }

        return Decide(new FakeRequest(verb, key, number));
    }
}

/// <param name="Verb">GET, PUT, HEAD, DELETE, POST or LIST.</param>
public readonly record struct FakeRequest(string Verb, string Key, int Number);

/// <summary>One thing that goes wrong.</summary>
public sealed record FakeFault
{
    /// <summary>Answer with this status and error code in place of doing anything.</summary>
    public int Status { get; init; }

    public string Code { get; init; } = "";

    public string Message { get; init; } = "";

    /// <summary>Send only so many bytes of the body, then cut the connection; -1 for all.</summary>
    public int CutBodyAfter { get; init; } = -1;

    /// <summary>Do it, but cut the connection in place of an answer.</summary>
    public bool LosesAnswer { get; init; }

    /// <summary>Answer only when this is done, or when the client has gone.</summary>
    public Task? Until { get; init; }

    /// <summary>What the Date header says, where it is not now.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>The whole object, whatever range was asked for.</summary>
    public bool IgnoresRange { get; init; }

    public static FakeFault Error(int status, string code, string message = "a fault of the test") => new() { Status = status, Code = code, Message = message };
}
