using System.Globalization;
using System.Xml.Linq;

namespace Dataplane.Benchmarks.Report;

/// <summary>Elements of HTML and SVG, in few words. XLinq escapes what is put into them.</summary>
internal static class El
{
    /// <summary>An element with a class.</summary>
    public static XElement Of(string name, string @class, params object?[] content) => new(name, new XAttribute("class", @class), Filled(content));

    /// <summary>An element.</summary>
    public static XElement Of(string name, object?[] content) => new(name, Filled(content));

    /// <summary>The head of a table.</summary>
    public static XElement Head(params string[] columns) => new("thead", new XElement("tr", columns.Select(c => new XElement("th", At("scope", "col"), c))));

    /// <summary>An attribute.</summary>
    public static XAttribute At(string name, string value) => new(name, value);

    /// <summary>An attribute that is a number: a coordinate, with a tenth of a pixel.</summary>
    public static XAttribute At(string name, double value) => new(name, Number(value));

    /// <summary>A figure's name that can be broken between plugins: the narrowest phone has no room for three.</summary>
    public static string Name(string figure) => figure.Replace("+", "+\u200b", StringComparison.Ordinal);

    /// <summary>A coordinate.</summary>
    public static string Number(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);

    // HTML knows no <td/>: what has no content gets an empty text, and with it an end tag.
    private static object?[] Filled(object?[] content) => content.Any(c => c is not XAttribute and not null) ? content : [.. content, string.Empty];
}
