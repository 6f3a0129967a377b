using Microsoft.Extensions.Time.Testing;
using Rubato.Storage;
using Xunit;

namespace Rubato.UnitTests.Storage;

public sealed class OutageCircuitTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly OutageCircuit _circuit;

    public OutageCircuitTests() => _circuit = new OutageCircuit(new OutageCircuitOptions(4, 5 * Second) { Lasting = 2 * Second }, _time);

    [Fact]
    public void A_store_that_has_answered_a_thousand_times_is_found_dead_as_fast_as_any()
    {
        for (var i = 0; i < 1_000; i++) Ask();
        for (var i = 0; i < 3; i++) Assert.False(Fail());
        _time.Advance(2 * Second);
        Assert.True(Fail());
        Assert.Equal("no disks", _circuit.Reason);
        Assert.False(_circuit.TryEnter(out _));
    }

    [Fact]
    public void A_hiccup_shorter_than_that_is_for_the_retries()
    {
        for (var i = 0; i < 100; i++) Assert.False(Fail());
        Ask();
        _time.Advance(10 * Second);
        Assert.False(Fail());
    }

    [Fact]
    public void One_answer_between_them_and_the_row_begins_anew()
    {
        for (var i = 0; i < 100; i++)
        {
            for (var k = 0; k < 3; k++) Assert.False(Fail());
            Ask();
            _time.Advance(Second);
        }
    }

    [Fact]
    public void One_request_at_a_time_tries_a_dead_store()
    {
        Open();
        _time.Advance(5 * Second);
        Assert.True(_circuit.TryEnter(out var isProbe) && isProbe);
        Assert.False(_circuit.TryEnter(out _));
        Assert.False(_circuit.Failed(isProbe, "still"));
        Assert.False(_circuit.TryEnter(out _));
        _time.Advance(5 * Second);
        Assert.True(_circuit.TryEnter(out isProbe) && isProbe);
        Assert.True(_circuit.Answered(isProbe));
        Assert.True(_circuit.TryEnter(out isProbe) && !isProbe);
    }

    [Fact]
    public void A_probe_whose_caller_leaves_proves_nothing_and_holds_up_nobody()
    {
        Open();
        _time.Advance(5 * Second);
        Assert.True(_circuit.TryEnter(out var isProbe));
        _circuit.Left(isProbe);
        Assert.False(_circuit.TryEnter(out _));
        _time.Advance(5 * Second);
        Assert.True(_circuit.TryEnter(out isProbe) && isProbe);
    }

    [Fact]
    public void A_late_answer_to_an_earlier_request_closes_it_too()
    {
        Open();
        Assert.True(_circuit.Answered(isProbe: false));
        Assert.True(_circuit.TryEnter(out var isProbe) && !isProbe);
    }

    [Fact]
    public void Calls_that_were_under_way_when_it_opened_do_not_prolong_it()
    {
        Open();
        _time.Advance(4 * Second);
        Assert.False(_circuit.Failed(isProbe: false, "an earlier one"));
        _time.Advance(Second);
        Assert.True(_circuit.TryEnter(out var isProbe) && isProbe);
    }

    [Fact]
    public void A_caller_that_leaves_is_not_taken_for_the_probe()
    {
        Open();
        _time.Advance(5 * Second);
        Assert.True(_circuit.TryEnter(out var isProbe) && isProbe);
        _circuit.Left(isProbe: false);
        Assert.False(_circuit.TryEnter(out _));
    }

    [Fact]
    public void Failures_far_apart_are_not_in_a_row()
    {
        var circuit = new OutageCircuit(new OutageCircuitOptions(3, 10 * Second) { Interval = 10 * Second }, _time);
        for (var i = 0; i < 20; i++)
        {
            Assert.False(circuit.Failed(isProbe: false, "no disks"));
            _time.Advance(11 * Second);
        }

        Assert.False(circuit.Failed(isProbe: false, "no disks"));
        Assert.False(circuit.Failed(isProbe: false, "no disks"));
        Assert.True(circuit.Failed(isProbe: false, "no disks"));
    }

    [Fact]
    public void Zero_failures_mean_never()
    {
        var circuit = new OutageCircuit(new OutageCircuitOptions(0, 10 * Second), _time);
        for (var i = 0; i < 100; i++)
        {
            Assert.False(circuit.Failed(isProbe: false, "no disks"));
            _time.Advance(Second);
        }

        Assert.True(circuit.TryEnter(out var isProbe) && !isProbe);
    }

    private void Open()
    {
        for (var i = 0; i < 3; i++) Fail();
        _time.Advance(2 * Second);
        Assert.True(Fail());
    }

    private bool Fail()
    {
        Assert.True(_circuit.TryEnter(out var isProbe));
        return _circuit.Failed(isProbe, "no disks");
    }

    private void Ask()
    {
        Assert.True(_circuit.TryEnter(out var isProbe));
        Assert.False(_circuit.Answered(isProbe));
    }
}
