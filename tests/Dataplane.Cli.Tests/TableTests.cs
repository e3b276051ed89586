using Dataplane.Cli.Commands;
using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tests;

/// <summary>What an operator reads, byte by byte.</summary>
public sealed class TableTests
{
    private readonly Capture _dpctl = new();

    [Fact]
    public void Endpoints_are_a_line_each()
    {
        EndpointsCommand.Write(_dpctl.Terminal, OutputFormat.Table, [Sample.Web, Sample.Orphan]);
        Assert.Equal("""
            DEVICE        IFINDEX  CONTAINER     IFNAME  NETWORK  ADDRESSES             MAC                MODE  DOMAIN     FLAGS                   GEN
            veth4f6f2e1c        7  3f1c9a5d0b7e  eth0    mynet    10.22.0.2,fd00:22::2  0a:58:0a:16:00:02  l2    cni0       -                         4
            gone               12  -             -       -        -                     0a:58:0a:16:00:09  l3    gone (12)  fastpath_off,mac_check   11

            """, _dpctl.Out);
    }

    [Fact]
    public void Flows_show_both_tuples()
    {
        FlowsCommand.Write(_dpctl.Terminal, OutputFormat.Table, [Sample.Fast, Sample.Candidate, Sample.Out]);
        Assert.Equal("""
            PROTO  STATE      ORIGINAL                                REPLY                                   DEVICES                       UPLINK         AGE  IDLE  TCP
            tcp    fast       10.22.0.3:41000 -> 10.22.0.2:80         10.22.0.2:80 -> 10.22.0.3:41000         veth0b0b0b0b -> veth4f6f2e1c  -            1m02s    0s  fin_original
            udp    candidate  [fd00:22::2]:5353 -> [2001:db8::53]:53  [2001:db8::53]:53 -> [fd00:22::2]:5353  veth4f6f2e1c -> ?             -               3s    3s  -
            tcp    fast       10.22.0.2:40000 -> 198.51.100.7:443     198.51.100.7:443 -> 192.0.2.10:40000    veth4f6f2e1c -> eth0          destination     5s    1s  -

            """, _dpctl.Out);
    }

    [Fact]
    public void Connections_show_both_sides_of_the_translation()
    {
        NatCommand.Write(_dpctl.Terminal, OutputFormat.Table, [Sample.Masqueraded, Sample.ThroughHostPort]);
        Assert.Equal("""
            PROTO  KIND        STATE       INSIDE                                 OUTSIDE                                   CONTAINER     IFNAME   IDLE  TCP
            tcp    masquerade  replied     10.22.0.2:40000 -> 198.51.100.7:443    192.0.2.10:40000 -> 198.51.100.7:443      3f1c9a5d0b7e  eth0       1s  fin_original
            udp    hostport    new (half)  [2001:db8::7]:5000 -> [fd00:22::2]:53  [2001:db8::7]:5000 -> [2001:db8::1]:8053  dns           eth0    1m05s  -

            """, _dpctl.Out);
    }

    [Fact]
    public void Host_ports_are_a_line_each()
    {
        HostPortsCommand.Write(_dpctl.Terminal, OutputFormat.Table, [Sample.Mapping, Sample.DeadMapping]);
        Assert.Equal("""
            HOST                  POD                STATE  CONTAINER     IFNAME  DEVICE        CONDITIONS                          FLAGS
            0.0.0.0:8080/tcp      10.22.0.2:80       alive  3f1c9a5d0b7e  eth0    veth4f6f2e1c  not source 10.0.0.0/8, device eth0  snat
            [2001:db8::1]:53/udp  [fd00:22::9]:5353  dead   -             -       gone (12)     -                                   -

            """, _dpctl.Out);
    }

    [Fact]
    public void Masquerade_is_a_line_an_endpoint()
    {
        MasqueradeRow off = Sample.Masquerade with { Masqueraded = false, PortMin = 0, PortMax = 0, Exclusions = [] };
        MasqueradeCommand.Write(_dpctl.Terminal, OutputFormat.Table, [Sample.Masquerade, off]);
        Assert.Equal("""
            DEVICE        CONTAINER     IFNAME  NETWORK  ADDRESSES  MASQUERADE  PORTS        LINK-LOCAL  EXCLUSIONS
            veth4f6f2e1c  3f1c9a5d0b7e  eth0    mynet    10.22.0.2  on          32768-65535  no          10.22.0.0/16,172.16.0.0/12
            veth4f6f2e1c  3f1c9a5d0b7e  eth0    mynet    10.22.0.2  off         -            no          -

            """, _dpctl.Out);
    }

    [Fact]
    public void Bandwidth_is_a_line_a_direction()
    {
        BandwidthCommand.Write(_dpctl.Terminal, OutputFormat.Table, [Sample.Limit, Sample.DeadLimit]);
        Assert.Equal("""
            DEVICE        CONTAINER     IFNAME  DIRECTION       RATE   BURST  ENGINE  STATE     PASSED  PACKETS  DELAYED  MARKED  DROPPED  GUARDED                BACKLOG  EXCEPT      ONLY
            veth4f6f2e1c  3f1c9a5d0b7e  eth0    ingress    100Mbit/s  10Mbit  edt     kept   100.0 MiB    70000    69000      12        3        0  29.6 KiB (20 packets)  10.0.0.0/8  -
            gone (12)     -             -       egress     100Mbit/s  10Mbit  tbf     dead         0 B        0        0       0        0        0                      -  -           -

            """, _dpctl.Out);
    }

    [Fact]
    public void An_explanation_is_facts()
    {
        MasqueradeExplainCommand.Write(_dpctl.Terminal, OutputFormat.Table, Sample.Explanation);
        Assert.Equal("""
            pod          10.22.0.2 behind veth4f6f2e1c
            destination  198.51.100.7
            verdict      masqueraded
            reason       packets leave eth0 as 192.0.2.10
            device       eth0
            route        0.0.0.0/0 by 192.0.2.1, table 254
            source       192.0.2.10
            ports        32768-65535
            exclusion    -

            """, _dpctl.Out);
    }

    [Fact]
    public void Uplinks_leave_other_devices_out_unless_asked()
    {
        UplinksCommand.Write(_dpctl.Terminal, OutputFormat.Table, [Sample.Uplink, Sample.Bridge], all: false);
        Assert.Equal("""
            DEVICE  IFINDEX  ROLE    HOOK  SOURCE4     SOURCE6  LAYER  GEN  REASON
            eth0          2  uplink  tcx   192.0.2.10  -        l2       1  a default route leaves by it

            """, _dpctl.Out);

        var everything = new Capture();
        UplinksCommand.Write(everything.Terminal, OutputFormat.Table, [Sample.Uplink, Sample.Bridge], all: true);
        Assert.Contains("cni0          3  domain  -     -           -        l2       0  containers' addresses are on its link\n", everything.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Drops_show_the_last_packet()
    {
        DropSummary never = new("drop_nat_clash", "taken", 0, 0, null);
        DropsCommand.Write(_dpctl.Terminal, OutputFormat.Table, [Sample.Dropped, never], all: false);
        Assert.Equal("""
            REASON          PACKETS  BYTES       LAST  PACKET                                                     MEANING
            drop_nat_ports        3  180 B  1m15s ago  tcp 10.22.0.2:40000 -> 198.51.100.7:443 on eth0, 60 bytes  every port is taken

            """, _dpctl.Out);
    }

    [Fact]
    public void What_a_refresh_changed_is_a_line()
    {
        UplinksRefreshCommand.Write(_dpctl.Terminal, OutputFormat.Table, new UplinkRefreshReport(["eth1"], [], ["eth0", "eth1"]));
        Assert.Equal("uplinks: eth0, eth1; new: eth1; no more: none\n", _dpctl.Out);
    }

    [Fact]
    public void Counters_leave_zeros_out_unless_asked()
    {
        CounterRow[] rows = [new("fast_l2", "delivered", 12, 3_000_000_000), new("stack_vlan", "tagged frame", 0, 0)];
        CountersCommand.Write(_dpctl.Terminal, OutputFormat.Table, rows, all: false);
        Assert.Equal("""
            COUNTER  PACKETS    BYTES  MEANING
            fast_l2       12  2.8 GiB  delivered

            """, _dpctl.Out);

        var everything = new Capture();
        CountersCommand.Write(everything.Terminal, OutputFormat.Table, rows, all: true);
        Assert.Equal("""
            COUNTER     PACKETS    BYTES  MEANING
            fast_l2          12  2.8 GiB  delivered
            stack_vlan        0      0 B  tagged frame

            """, everything.Out);
    }

    [Fact]
    public void Status_is_facts_programs_and_maps()
    {
        StatusCommand.Write(_dpctl.Terminal, OutputFormat.Table, Sample.Status);
        Assert.Equal("""
            node       4711
            abi        v1
            build      aaaaaaaaaaaa (this dpctl's)
            pins       /sys/fs/bpf/dataplane/4711/v1
            endpoints  2
            fast path  on, except for 1 endpoint whose network configuration says "fastPath": "off"
            uplinks    none carries our programs: traffic to the outside takes the node's own stack
            bandwidth  3 limits, 2 towards containers and 1 from them; 2 by edt, 1 by tbf; new ones by edt
            sweep      last ran 12s ago, 1000 connections looked at, 17 cleared, 42 waiting

            PROGRAM   ID  TAG               LOADED                THIS BUILD  ON
            from_pod  31  0123456789abcdef  2025-01-02 03:04:05Z  yes         2 devices
            to_pod    32  fedcba9876543210  2025-01-02 03:04:05Z  yes         1 device

            MAP        ID  TYPE      ENTRIES    MAX   FILL
            endpoints   5  hash            2  16384   0.0%
            flows4      7  lru_hash    49152  65536  75.0%

            """, _dpctl.Out);
    }

    [Fact]
    public void Status_says_what_would_keep_limits()
    {
        StatusCommand.Write(_dpctl.Terminal, OutputFormat.Table, Sample.Status with { Bandwidth = new BandwidthSummary("tbf", 0, 0, 0, 0) });
        Assert.Contains("bandwidth  no container is limited; tbf would do it\n", _dpctl.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Status_says_when_another_build_is_loaded()
    {
        StatusCommand.Write(_dpctl.Terminal, OutputFormat.Table, Sample.Status with { ExecutableBuild = new string('b', 64) });
        Assert.Contains("build      aaaaaaaaaaaa (this dpctl has bbbbbbbbbbbb; the next ADD with its plugins replaces the programs)\n", _dpctl.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_is_a_line_a_finding()
    {
        DoctorCommand.Write(_dpctl.Terminal, OutputFormat.Table, Sample.Sick);
        Assert.Equal("""
            VERDICT  AREA      SUBJECT            FINDING
            ok       kernel    bpf_redirect_peer  works
            warning  litter    veth4f6f2e1c       is attached twice; run GC
            broken   programs  from_pod           is not pinned; attach a container again

            """, _dpctl.Out);
    }

    [Fact]
    public void Nothing_to_show_is_no_heading()
    {
        EndpointsCommand.Write(_dpctl.Terminal, OutputFormat.Table, []);
        FlowsCommand.Write(_dpctl.Terminal, OutputFormat.Table, []);
        BandwidthCommand.Write(_dpctl.Terminal, OutputFormat.Table, []);
        Assert.Empty(_dpctl.Out);
    }

    [Fact]
    public void A_pipe_gets_no_escape_sequences_and_no_folded_lines()
    {
        EndpointRow wide = Sample.Orphan with { Addresses = [.. Enumerable.Range(0, 60).Select(i => $"2001:db8:1111:2222:3333:4444:5555:{i:x4}")] };
        EndpointsCommand.Write(_dpctl.Terminal, OutputFormat.Table, [wide]);
        Assert.DoesNotContain('\u001b', _dpctl.Out);
        Assert.Equal(2, _dpctl.Out.Count(c => c == '\n'));
    }

    [Fact]
    public void A_terminal_gets_colours_and_folded_lines()
    {
        using var output = new StringWriter();
        var terminal = new Terminal(output, TextWriter.Null, isInteractive: true, width: 70);
        DoctorCommand.Write(terminal, OutputFormat.Table, Sample.Sick);
        string[] lines = output.ToString().TrimEnd().Split('\n');
        Assert.Contains("\u001b[32mok", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(5, lines.Length); // the last sentence is too long
        Assert.Contains(lines, l => l.Contains("bpf_redirect_peer", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_in_brackets_are_not_markup()
    {
        EndpointsCommand.Write(_dpctl.Terminal, OutputFormat.Table, [Sample.Orphan with { Network = "[red]prod[/]" }]);
        Assert.Contains("[red]prod[/]", _dpctl.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(ulong.MaxValue, "16.0 EiB")]
    public void Bytes_are_short(ulong bytes, string text) => Assert.Equal(text, Humanize.Bytes(bytes));

    [Theory]
    [InlineData(-1, "0s")]
    [InlineData(59.9, "59s")]
    [InlineData(187, "3m07s")]
    [InlineData(18_720, "5h12m")]
    [InlineData(792_000, "9d04h")]
    public void Durations_are_short(double seconds, string text) => Assert.Equal(text, Humanize.Duration(seconds));
}
