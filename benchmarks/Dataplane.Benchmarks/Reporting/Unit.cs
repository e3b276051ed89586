using System.Globalization;

namespace Dataplane.Benchmarks.Reporting;

/// <summary>
/// What a figure counts, and how it is written. BenchmarkDotNet knows nanoseconds an operation alone; <see cref="Value"/> makes of them
/// what results.json and the reader get.
/// </summary>
/// <param name="Name">As results.json has it: "ns", "bit/s".</param>
/// <param name="IsHigherBetter">Rates, not times.</param>
/// <param name="Value">The figure of so many nanoseconds an operation; the identity where a sample is in the unit already.</param>
/// <param name="Format">The figure with a prefix that suits its size.</param>
internal sealed record Unit(string Name, bool IsHigherBetter, Func<double, double> Value, Func<double, string> Format)
{
    private const double GibibyteBits = 8.0 * 1024 * 1024 * 1024;

    /// <summary>Nanoseconds an operation.</summary>
    public static Unit Time { get; } = new("ns", false, static v => v, FormatTime);

    /// <summary>Bits a second, of the nanoseconds a gibibyte took.</summary>
    public static Unit BitRate { get; } = new("bit/s", true, static ns => GibibyteBits / ns * 1e9, static v => Prefixed(v, "bit/s"));

    /// <summary>Operations a second, of the nanoseconds of one.</summary>
    public static Unit PerSecond { get; } = new("1/s", true, static ns => 1e9 / ns, static v => Prefixed(v, "/s"));

    /// <summary>How many: failures, instructions, system calls. Fewer are better.</summary>
    public static Unit Count { get; } = new("count", false, static v => v, static v => v.ToString("#,0.##", CultureInfo.InvariantCulture));

    /// <summary>Bytes allocated an operation.</summary>
    public static Unit Bytes { get; } = new("B", false, static v => v, static v => v.ToString("#,0", CultureInfo.InvariantCulture) + " B");

    /// <summary>How many times something else.</summary>
    public static Unit Times { get; } = new("times", false, static v => v, static v => v.ToString("0.00", CultureInfo.InvariantCulture) + " times");

    /// <summary>A share of something, 1 is all of it.</summary>
    public static Unit Ratio { get; } = new("ratio", true, static v => v, static v => v.ToString("0.000", CultureInfo.InvariantCulture));

    /// <summary>Seconds of CPU for a gigabit.</summary>
    public static Unit CpuPerGigabit { get; } = new("cpu-s/Gbit", false, static v => v, static v => Prefixed(v, "s/Gbit"));

    /// <summary>Nanoseconds of CPU for a packet or a connection.</summary>
    public static Unit CpuPerOperation { get; } = new("cpu-ns", false, static v => v, FormatTime);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Unit> All { get; } = [Time, BitRate, PerSecond, Count, Bytes, Times, Ratio, CpuPerGigabit, CpuPerOperation];

    /// <summary>How many times better one sample is than another: a time that is half of the other, a rate that is twice the other, are 2.</summary>
    /// <param name="sample">As BenchmarkDotNet has it, in nanoseconds an operation or in the unit: see <see cref="Value"/>.</param>
    /// <param name="than">Likewise.</param>
    public double TimesBetter(double sample, double than) => IsHigherBetter ? Value(sample) / Value(than) : Value(than) / Value(sample);

    /// <summary>A value at an axis, where there is little room: "10 ms", not "10.00 ms".</summary>
    public string FormatTick(double value)
    {
        string text = Format(value);
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        string number = space < 0 ? text : text[..space];
        return (number.Contains('.', StringComparison.Ordinal) ? number.TrimEnd('0').TrimEnd('.') : number) + (space < 0 ? string.Empty : text[space..]);
    }

    /// <summary>The one of a name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static Unit Parse(string name) =>
        All.FirstOrDefault(u => u.Name == name) ?? throw new FormatException($"no unit is named '{name}': {string.Join(", ", All.Select(u => u.Name))}");

    private static string FormatTime(double nanoseconds) => nanoseconds switch
    {
        < 1e2 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:0.0} ns"),
        < 1e4 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:0} ns"),
        < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:0.0} µs"),
        < 1e9 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:0.00} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e9:0.00} s"),
    };

    private static string Prefixed(double value, string unit) => value switch
    {
        >= 1e9 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e9:0.00} G{unit}"),
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.00} M{unit}"),
        >= 1e3 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0.0} k{unit}"),
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {unit}"),
        0 => $"0 {unit}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value * 1e3:0.0} m{unit}"),
    };
}
