using Microsoft.Extensions.Time.Testing;
using Rubato.Storage.Caching;
using Xunit;

namespace Rubato.UnitTests.Storage.Caching;

public sealed class CacheCircuitTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly CacheCircuit _circuit;

    public CacheCircuitTests() => _circuit = new CacheCircuit(new CacheCircuitOptions(3, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)), _time);

    [Fact]
    public void Failures_in_a_row_open_it_and_a_success_in_between_does_not()
    {
        Assert.False(Fail());
        Assert.False(Fail());
        Assert.True(_circuit.TryEnter());
        _circuit.Succeeded();
        Assert.False(Fail());
        Assert.False(Fail());
        Assert.True(Fail());
        Assert.True(_circuit.IsOpen);
        Assert.False(_circuit.TryEnter());
    }

    [Fact]
    public void When_its_time_is_over_one_call_decides()
    {
        Open();
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(_circuit.TryEnter());
        Assert.False(_circuit.TryEnter());
        Assert.False(_circuit.Failed());
        Assert.False(_circuit.TryEnter());

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(_circuit.TryEnter());
        _circuit.Succeeded();
        Assert.True(_circuit.TryEnter());
        Assert.True(_circuit.TryEnter());
    }

    [Fact]
    public void A_call_that_its_caller_gave_up_leaves_the_decision_to_the_next()
    {
        Open();
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(_circuit.TryEnter());
        _circuit.Left();
        Assert.True(_circuit.TryEnter());
    }

    [Fact]
    public void Calls_that_were_under_way_when_it_opened_do_not_prolong_it()
    {
        Assert.True(_circuit.TryEnter());
        Open();
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(_circuit.Failed());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_circuit.TryEnter());
    }

    [Fact]
    public void Failures_far_apart_are_not_in_a_row()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.False(Fail());
            _time.Advance(TimeSpan.FromSeconds(11));
        }
    }

    [Fact]
    public void Zero_failures_mean_never()
    {
        var circuit = new CacheCircuit(new CacheCircuitOptions(0, TimeSpan.FromSeconds(10), TimeSpan.Zero), _time);
        for (var i = 0; i < 100; i++)
            Assert.False(circuit.Failed());
        Assert.True(circuit.TryEnter());
    }

    private void Open()
    {
        while (!Fail())
        {
        }
    }

    private bool Fail()
    {
        Assert.True(_circuit.TryEnter());
        return _circuit.Failed();
    }
}
