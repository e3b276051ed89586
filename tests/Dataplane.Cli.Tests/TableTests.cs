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
        FlowsCommand.Write(_dpctl.Terminal, OutputFormat.Table, [Sample.Fast, Sample.Candidate]);
        Assert.Equal("""
            PROTO  STATE      ORIGINAL                                REPLY                                   DEVICES                         AGE  IDLE  TCP
            tcp    fast       10.22.0.3:41000 -> 10.22.0.2:80         10.22.0.2:80 -> 10.22.0.3:41000         veth0b0b0b0b -> veth4f6f2e1c  1m02s    0s  fin_original
            udp    candidate  [fd00:22::2]:5353 -> [2001:db8::53]:53  [2001:db8::53]:53 -> [fd00:22::2]:5353  veth4f6f2e1c -> ?                3s    3s  -

            """, _dpctl.Out);
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

            PROGRAM   ID  TAG               LOADED                THIS BUILD  ON
            from_pod  31  0123456789abcdef  2025-01-02 03:04:05Z  yes         2 devices
            to_pod    32  fedcba9876543210  2025-01-02 03:04:05Z  yes         1 device

            MAP        ID  TYPE      ENTRIES    MAX   FILL
            endpoints   5  hash            2  16384   0.0%
            flows4      7  lru_hash    49152  65536  75.0%

            """, _dpctl.Out);
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
