using Microsoft.AspNetCore.Http;

namespace Rubato.Web.Hosting;

/// <summary>The address of the UI's root, relative to a page: what a proxy in front has cut off need not be known.</summary>
internal static class BasePath
{
    /// <param name="path">The page's path as the server sees it, such as <c>/trace/4bf9</c>.</param>
    public static string From(PathString path)
    {
        var depth = path.Value is { Length: > 1 } text ? text.Count(c => c == '/') - 1 : 0;
        return depth == 0 ? "./" : string.Concat(Enumerable.Repeat("../", depth));
    }
}
