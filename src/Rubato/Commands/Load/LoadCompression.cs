namespace Rubato.Commands.Load;

internal enum LoadCompression
{
    None,
    Gzip,
}
