using System.Xml.Linq;

namespace Dataplane.Benchmarks.Report;

/// <summary>The frame of a line chart: small enough that its text is as large on a phone as elsewhere; wide screens show several beside each other.</summary>
internal static class Plot
{
    public const double Width = 340, Height = 214, Left = 52, Right = 330, Top = 12, Bottom = 178;

    // Of the ticks' font, roughly: SVG has no layout.
    private const double CharacterWidth = 5.8;

    /// <summary>A chart with its heading and legend.</summary>
    /// <param name="heading">What it shows.</param>
    /// <param name="description">The same as its curves, for who cannot see them.</param>
    /// <param name="legend">The sides.</param>
    /// <param name="content">Axes and curves.</param>
    public static XElement Figure(string heading, string description, XElement legend, params object?[] content) => El.Of("figure", "plot",
        new XElement("figcaption", El.Name(heading)),
        El.Of("svg", "chart", El.At("viewBox", $"0 0 {Width} {Height}"), El.At("role", "img"), El.At("aria-label", $"{heading}. {description}"),
            new XElement("title", description), content),
        legend);

    /// <summary>The horizontal axis.</summary>
    public static IEnumerable<XElement> X(IEnumerable<(double At, string Text)> ticks, string title)
    {
        double last = double.NegativeInfinity;
        foreach ((double x, string text) in ticks)
        {
            yield return Line(x, Top, x, Bottom);
            // A label that would touch the one before is left out.
            double half = text.Length * CharacterWidth / 2;
            double center = Math.Min(x, Width - half);
            if (center - half > last)
            {
                last = center + half + CharacterWidth;
                yield return Text(center, Bottom + 14, "middle", text);
            }
        }

        yield return Text((Left + Right) / 2, Bottom + 31, "middle", title, "axis-title");
    }

    /// <summary>The vertical axis.</summary>
    public static IEnumerable<XElement> Y(IEnumerable<(double At, string Text)> ticks)
    {
        foreach ((double y, string text) in ticks)
        {
            yield return Line(Left, y, Right, y);
            yield return Text(Left - 6, y + 3.5, "end", text);
        }
    }

    /// <summary>A curve through points.</summary>
    public static XElement Curve(string side, IEnumerable<(double X, double Y)> points) =>
        El.Of("path", $"line {side}", El.At("d", "M" + string.Join(" L", points.Select(p => $"{El.Number(p.X)} {El.Number(p.Y)}"))));

    private static XElement Line(double x1, double y1, double x2, double y2) =>
        El.Of("line", "grid", El.At("x1", x1), El.At("y1", y1), El.At("x2", x2), El.At("y2", y2));

    private static XElement Text(double x, double y, string anchor, string text, string @class = "tick") =>
        El.Of("text", @class, El.At("x", x), El.At("y", y), El.At("text-anchor", anchor), text);
}
