using Rubato.Model.Otlp;

namespace Rubato.Commands.Load;

/// <summary>Fields that tell where their bytes went, so that each sending can patch them.</summary>
internal static class PatchPlaces
{
    /// <summary>A fixed64 field of zero; returns where its eight bytes are.</summary>
    public static int Fixed64(this ProtoWriter writer, int field)
    {
        writer.WriteFixed64(field, 0);
        return writer.Length - 8;
    }

    /// <summary>A length-delimited field; returns where its content begins.</summary>
    public static int Bytes(this ProtoWriter writer, int field, ReadOnlySpan<byte> content)
    {
        writer.WriteBytes(field, content);
        return writer.Length - content.Length;
    }

    /// <inheritdoc cref="Bytes"/>
    public static int Text(this ProtoWriter writer, int field, string text) => writer.Bytes(field, System.Text.Encoding.UTF8.GetBytes(text));
}
