using System.Net;
using System.Text;
using Dataplane.Abi;

namespace Dataplane.Engine.Tests;

/// <summary>What is written of an attachment, and what is made of it when its writer was killed.</summary>
public sealed class AttachmentRecordTests
{
    private const string Empty = "";

    // The last sysctl's value is empty: its line ends with a space.
    private const string Whole = $$"""
        dataplane attachment 1
        container c1
        ifname eth0
        network net1
        plugin bridge
        netns /run/netns/pod 1

        veth veth0a1b2c3d 02:00:00:00:00:01
        ipam host-local
        exclusion 7 42 10.1.2.0/24
        exclusion 7 42 fd00::/8
        endpoint 7 42
        address 3 42 10.1.2.3
        address 3 42 2001:db8::3
        filters 7
        hostport 7 42 0.0.0.0 tcp 8080
        hostport 7 42 2001:db8::1 sctp 65535
        queue 7 42
        podqueue 2 42 18446744073709551615
        unshaped 7 42 10.0.0.0/8
        shaped 7 42 fd00::/8
        limit 7 42 ingress 1000000 80000 auto
        limit 7 42 egress 18446744073709551615 34359738360 edt
        limit 7 42 egress 0 0 tbf
        device macvlan 18446744073709551615 02:00:00:00:00:02
        device vlan 4711
        moved enp3s0 4711 up
        moved nic7 18446744073709551615 down
        sysctl net/ipv4/ip_local_port_range 4711 MzI3NjgJNjA5OTk=
        sysctl net/ipv4/ip_local_reserved_ports 4711 {{Empty}}
        done

        """;

    private static readonly FlowSide s_endpoint = new() { Ifindex = 7, Generation = 42 };

    private static readonly AttachmentStep[] WholeSteps =
    [
        AttachmentStep.Veth("veth0a1b2c3d", "02:00:00:00:00:01"),
        AttachmentStep.Ipam("host-local"),
        AttachmentStep.Exclusion(7, 42, new AddressPrefix(IPAddress.Parse("10.1.2.0"), 24)),
        AttachmentStep.Exclusion(7, 42, new AddressPrefix(IPAddress.Parse("fd00::"), 8)),
        AttachmentStep.Endpoint(7, 42),
        AttachmentStep.AddressRow(3, 42, IPAddress.Parse("10.1.2.3")),
        AttachmentStep.AddressRow(3, 42, IPAddress.Parse("2001:db8::3")),
        AttachmentStep.Filters(7),
        AttachmentStep.HostPort(7, 42, IPAddress.Any, TransportProtocol.Tcp, 8080),
        AttachmentStep.HostPort(7, 42, IPAddress.Parse("2001:db8::1"), TransportProtocol.Sctp, 65535),
        AttachmentStep.Queue(7, 42),
        AttachmentStep.PodQueue(2, 42, ulong.MaxValue),
        AttachmentStep.LimitSubnet(s_endpoint, false, new AddressPrefix(IPAddress.Parse("10.0.0.0"), 8)),
        AttachmentStep.LimitSubnet(s_endpoint, true, new AddressPrefix(IPAddress.Parse("fd00::"), 8)),
        AttachmentStep.LimitRow(s_endpoint, LimitDirection.Ingress, new(1_000_000, 80_000), ShaperChoice.Auto),
        AttachmentStep.LimitRow(s_endpoint, LimitDirection.Egress, new(ulong.MaxValue, 34_359_738_360), ShaperChoice.Edt),
        AttachmentStep.LimitRow(s_endpoint, LimitDirection.Egress, null, ShaperChoice.Tbf),
        AttachmentStep.Device("macvlan", ulong.MaxValue, "02:00:00:00:00:02"),
        AttachmentStep.Device("vlan", 4711, ""),
        AttachmentStep.Moved("enp3s0", 4711, isUp: true),
        AttachmentStep.Moved("nic7", ulong.MaxValue, isUp: false),
        AttachmentStep.Sysctl(new SysctlSetting(SysctlName.TryParsePath("net/ipv4/ip_local_port_range")!, "32768\t60999"), 4711),
        AttachmentStep.Sysctl(new SysctlSetting(SysctlName.TryParsePath("net/ipv4/ip_local_reserved_ports")!, ""), 4711),
        AttachmentStep.Done,
    ];

    [Fact]
    public void A_whole_record_says_who_and_what()
    {
        AttachmentRecord record = Parse(Whole)!;

        Assert.Equal(new AttachmentId("c1", "eth0"), record.Id);
        Assert.Equal("net1", record.Network);
        Assert.Equal("bridge", record.Plugin);
        Assert.Equal("/run/netns/pod 1", record.NetnsPath);
        Assert.Equal(WholeSteps, record.Steps);
        Assert.True(record.IsComplete);
    }

    [Fact]
    public void What_is_written_is_what_is_read()
    {
        var record = new AttachmentRecord { Id = new("c1", "eth0"), Network = "net1", Plugin = "bridge", NetnsPath = "/run/netns/pod 1" };
        record.Steps.AddRange(WholeSteps);

        string text = record.Preamble() + string.Concat(record.Steps.Select(s => $"{s}\n"));

        Assert.Equal(Whole.ReplaceLineEndings("\n"), text);
    }

    /// <summary>A writer killed after any number of bytes: the steps whose lines have their end, no other, and never a complete record.</summary>
    [Fact]
    public void A_torn_record_has_the_steps_that_are_whole()
    {
        byte[] text = Encoding.UTF8.GetBytes(Whole.ReplaceLineEndings("\n"));
        int preamble = Encoding.UTF8.GetByteCount(Parse(Whole)!.Preamble());
        for (int length = 0; length < text.Length; length++)
        {
            AttachmentRecord? record = AttachmentRecord.Parse(text.AsSpan(0, length));
            if (length < preamble)
            {
                Assert.Null(record);
                continue;
            }

            int whole = text.AsSpan(preamble, length - preamble).Count((byte)'\n');
            Assert.Equal(WholeSteps.Take(whole), record!.Steps);
            Assert.False(record.IsComplete);
        }
    }

    [Theory]
    [InlineData("teleport 7 42")]
    [InlineData("endpoint 7")]
    [InlineData("endpoint 0 42")]
    [InlineData("endpoint -7 42")]
    [InlineData("endpoint 7 0")]
    [InlineData("address 3 42 nowhere")]
    [InlineData("veth")]
    [InlineData("filters 0")]
    [InlineData("hostport 7 42 0.0.0.0 tcp 0")]
    [InlineData("hostport 7 42 0.0.0.0 tcp 65536")]
    [InlineData("hostport 7 42 0.0.0.0 icmp 8080")]
    [InlineData("hostport 7 42 tcp 8080")]
    [InlineData("queue 7")]
    [InlineData("podqueue 2 42 -1")]
    [InlineData("limit 7 42 sideways 1 1 auto")]
    [InlineData("limit 7 42 ingress 1 auto")]
    [InlineData("limit 7 42 ingress 1 1 htb")]
    [InlineData("shaped 7 42 10.0.0.0")]
    [InlineData("")]
    public void A_step_nobody_knows_is_left_out(string line)
    {
        Assert.Null(AttachmentStep.Parse(line));
        AttachmentRecord record = Parse(Whole.Replace("ipam host-local", line, StringComparison.Ordinal))!;
        Assert.Equal(WholeSteps.Where(s => s.Kind != StepKind.Ipam), record.Steps);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("something else\n\n")]
    [InlineData("dataplane attachment 2\ncontainer c1\nifname eth0\n\n")]
    [InlineData("dataplane attachment 1\ncontainer c1\n\n")]
    public void What_is_no_record_is_none(string text) => Assert.Null(Parse(text));

    [Fact]
    public void A_netns_path_cannot_forge_a_step()
    {
        var record = new AttachmentRecord { Id = new("c1", "eth0"), Network = "net1", Plugin = "bridge", NetnsPath = "/x\n\nveth a b" };

        Assert.Empty(Parse(record.Preamble())!.Steps);
    }

    [Fact]
    public void Every_attachment_has_a_file_of_its_own()
    {
        string longId = new('a', 400);

        Assert.Equal("c1:eth0", new AttachmentId("c1", "eth0").FileName);
        Assert.NotEqual(new AttachmentId(longId, "eth0").FileName, new AttachmentId(longId + "a", "eth0").FileName);
        Assert.InRange(new AttachmentId(longId, "123456789012345").FileName.Length, 1, 255);
    }

    /// <summary>As the map's contract says it, computed by somebody else.</summary>
    [Fact]
    public void The_owner_is_the_beginning_of_a_hash()
    {
        byte[] hash = System.Security.Cryptography.SHA256.HashData("c1\0eth0"u8);

        Assert.Equal(BitConverter.ToUInt64(hash), new AttachmentId("c1", "eth0").Owner);
    }

    private static AttachmentRecord? Parse(string text) => AttachmentRecord.Parse(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n")));
}
