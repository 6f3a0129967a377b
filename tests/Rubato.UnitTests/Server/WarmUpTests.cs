using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rubato.Server.WarmUp;
using Xunit;

namespace Rubato.UnitTests.Server;

public sealed class WarmUpTests
{
    // It never fails, so only its log tells that it has become useless: a question refused, a span not decoded.
    [Fact]
    public async Task A_warm_up_gets_through_all_it_does()
    {
        using var log = new LogOf();
        await WarmUp.RunAsync(TimeProvider.System, log, TestContext.Current.CancellationToken);
        var line = Assert.Single(log.Lines);
        Assert.StartsWith("warm-up done questions=17 ", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_question_finds_something_but_those_that_must_not()
    {
        using var source = new WarmUpSource();
        using var log = new LogOf();
        using var api = source.CreateApi(TimeProvider.System, log);
        var lengths = await new WarmUpQuestions(api).AskAllAsync(TestContext.Current.CancellationToken);
        string[] nothing = ["span.http.request_id = \"no-such\"", "deadbeef"];
        Assert.All(lengths, answer => Assert.Equal(nothing.Any(n => answer.Question.Contains(n, StringComparison.Ordinal)), answer.Bytes < 200));
    }

    [Fact]
    public async Task A_warm_up_that_is_stopped_ends_at_once()
    {
        using var log = new LogOf();
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await WarmUp.RunAsync(TimeProvider.System, log, stopped.Token);
        Assert.StartsWith("warm-up cut short", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    private sealed class LogOf : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
