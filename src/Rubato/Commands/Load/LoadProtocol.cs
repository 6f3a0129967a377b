namespace Rubato.Commands.Load;

internal enum LoadProtocol
{
    Grpc,
    Http,
}

internal enum LoadCompression
{
    None,
    Gzip,
}
