using MudBlazor;

namespace Rubato.Web.Components.Layout;

/// <summary>The component library in the colours of rubato.css.</summary>
internal static class Themes
{
    public static readonly MudTheme Rubato = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#1f5fd0", Secondary = "#4f5a6b", Background = "#f6f7f9", Surface = "#ffffff", TextPrimary = "#1a1f2b", TextSecondary = "#4f5a6b",
            Error = "#b3261e", Warning = "#8a5a00", Success = "#1b7a3d", Info = "#1f5fd0", LinesDefault = "#d9dee7", Divider = "#d9dee7",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#82b1ff", Secondary = "#a9b3c1", Background = "#12151b", Surface = "#1a1f27", TextPrimary = "#e6e9ef", TextSecondary = "#a9b3c1",
            Error = "#ff8a80", Warning = "#f2c14e", Success = "#6fd08c", Info = "#82b1ff", LinesDefault = "#313845", Divider = "#313845", PrimaryContrastText = "#12151b",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = ["system-ui", "Segoe UI", "Roboto", "Helvetica", "Arial", "sans-serif"], FontSize = "0.875rem" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px" },
    };
}
