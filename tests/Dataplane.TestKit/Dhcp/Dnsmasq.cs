namespace Dataplane.TestKit;

/// <summary>Debian's dnsmasq as a DHCP server in a namespace.</summary>
public sealed class Dnsmasq : IDisposable
{
    private readonly RunningProgram _program;
    private readonly string _leaseFile;

    private Dnsmasq(RunningProgram program, string leaseFile)
    {
        _program = program;
        _leaseFile = leaseFile;
    }

    /// <summary>The addresses it has leased, from its own file.</summary>
    public IReadOnlyList<string> Leases => File.Exists(_leaseFile)
        ? [.. File.ReadLines(_leaseFile).Select(static line => line.Split(' ')).Where(static words => words.Length > 2).Select(static words => words[2])]
        : [];

    /// <summary>What it has done.</summary>
    public string Said => _program.Said;

    /// <summary>Starts it on a device that has an address of the range's network, and waits until it serves.</summary>
    public static Dnsmasq Start(NodeBed bed, TestNamespace at, string device, string range, params string[] options)
    {
        string leases = Path.Combine(bed.Scratch, $"dnsmasq-{at.Name}.leases");
        var program = new RunningProgram(
            "/usr/bin/nsenter",
            [
                $"--net={at.Path}", "/usr/sbin/dnsmasq", "--keep-in-foreground", "--log-facility=-", "--log-dhcp", "--conf-file=/dev/null", "--port=0", "--user=root", "--pid-file=",
                "--no-ping", "--dhcp-authoritative", $"--interface={device}", "--except-interface=lo", "--bind-dynamic", $"--dhcp-range={range}", $"--dhcp-leasefile={leases}", .. options,
            ]);
        program.WaitForLine("DHCP, IP range");
        return new Dnsmasq(program, leases);
    }

    public void WaitForLine(string text) => _program.WaitForLine(text);

    public void Dispose() => _program.Dispose();
}
