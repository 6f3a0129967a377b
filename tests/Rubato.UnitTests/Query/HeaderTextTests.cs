using Rubato.Query.Api;
using Xunit;

namespace Rubato.UnitTests.Query;

public sealed class HeaderTextTests
{
    [Theory]
    [InlineData("column 'span.\u001fä' is damaged", "column 'span.??' is damaged")]
    [InlineData("two\r\nlines\tand a tab", "two  lines and a tab")]
    [InlineData("plain ~ text", "plain ~ text")]
    public void HeaderText_TextOfADamagedFile_IsPrintableAscii(string text, string header) => Assert.Equal(header, QueryCall.HeaderText(text));
}
