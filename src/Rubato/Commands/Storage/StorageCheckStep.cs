using System.Globalization;

namespace Rubato.Commands.Storage;

/// <param name="Name">What was tried, in two or three words.</param>
/// <param name="Text">Empty when good.</param>
internal sealed record StorageCheckStep(string Name, StorageCheckOutcome Outcome, TimeSpan Elapsed, string Text)
{
    public override string ToString()
    {
        var word = Outcome switch
        {
            StorageCheckOutcome.Good => "ok",
            StorageCheckOutcome.Doubtful => "note",
            StorageCheckOutcome.Failed => "FAIL",
            _ => "skip",
        };
        var line = string.Create(CultureInfo.InvariantCulture, $"  {word,-4}  {Name,-18}  {Elapsed.TotalMilliseconds,7:0.0} ms  {Text}");
        return line.TrimEnd();
    }
}
