using System.Xml.Linq;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Report;

/// <summary>How a side looks: a colour from the style sheet, and a pattern, a dash and a mark, by which it is known without colours.</summary>
internal static class SideStyle
{
    /// <summary>The class that report.css knows.</summary>
    public static string Class(Side side) => side switch
    {
        Side.Reference => "reference",
        Side.ReferenceLegacy => "legacy",
        Side.Ours => "ours",
        Side.OursStack => "stack",
        Side.Direct => "direct",
        _ => "floor",
    };

    /// <summary>Ours first, then what it is compared with.</summary>
    public static int Order(Side side) => side switch
    {
        Side.Ours => 0,
        Side.Reference => 1,
        Side.ReferenceLegacy => 2,
        Side.OursStack => 3,
        Side.Direct => 4,
        _ => 5,
    };

    /// <summary>The mark of a point.</summary>
    public static XElement Mark(Side side, double x, double y)
    {
        const double R = 4;
        string at = Class(side);
        return side switch
        {
            Side.Ours => El.Of("circle", $"mark {at}", El.At("cx", x), El.At("cy", y), El.At("r", R)),
            Side.Reference => El.Of("rect", $"mark {at}", El.At("x", x - R), El.At("y", y - R), El.At("width", 2 * R), El.At("height", 2 * R)),
            Side.ReferenceLegacy => Path(at, $"M{El.Number(x)} {El.Number(y - R - 1)} l5 9 h-10 z"),
            Side.OursStack => Path(at, $"M{El.Number(x)} {El.Number(y - R - 1)} l5 5 l-5 5 l-5 -5 z"),
            Side.Direct => Path(at, $"M{El.Number(x - R)} {El.Number(y - R)} l8 8 m0 -8 l-8 8"),
            _ => Path(at, $"M{El.Number(x - R)} {El.Number(y)} h8 m-4 -4 v8"),
        };
    }

    /// <summary>The sides of a chart.</summary>
    public static XElement Legend(IEnumerable<Side> sides) => El.Of("ul", "legend",
    [
        .. sides.Distinct().OrderBy(Order).Select(s => new XElement("li",
            El.Of("svg", "key", El.At("width", 34), El.At("height", 12), El.At("aria-hidden", "true"),
                El.Of("path", $"line {Class(s)}", El.At("d", "M0 6 H34")), Mark(s, 17, 6)),
            s.Label())),
    ]);

    private static XElement Path(string side, string data) => El.Of("path", $"mark {side}", El.At("d", data));
}
