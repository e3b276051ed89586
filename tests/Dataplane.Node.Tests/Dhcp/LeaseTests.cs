using Dataplane.TestKit;

namespace Dataplane.Node.Tests.Dhcp;

/// <summary>Leases of a real server: dnsmasq.</summary>
public sealed class LeaseTests : DhcpTest
{
    private const Needs What = Ours | Needs.Dnsmasq;

    [NeedsTheory(What | Needs.Macvlan)]
    [InlineData("bridge")]
    [InlineData("macvlan")]
    public void A_container_gets_an_address_uses_it_and_gives_it_back(string plugin)
    {
        TestNamespace server = plugin == "bridge" ? Server : Bed.AddOutside("srv1", "10.9.0.2/24", "10.9.0.1/24");
        using Dnsmasq dnsmasq = Dnsmasq.Start(Bed, server, "eth0", "10.9.0.10,10.9.0.20,255.255.255.0,600");
        DhcpDaemonProcess daemon = StartDaemon();

        Attachment a = Attach(plugin == "bridge" ? Network() : Network(plugin: "macvlan").Replace("srv0", "srv1", StringComparison.Ordinal));

        Assert.InRange(a.V4.GetAddressBytes()[3], 10, 20);
        Assert.EndsWith("/24", a.Result.Addresses[0], StringComparison.Ordinal);
        Assert.True(Reaches(a.Pod), "the container reaches its server");
        Assert.Contains("default via 10.9.0.1", a.Pod.Ip("route"), StringComparison.Ordinal);
        Until.True(() => dnsmasq.Leases.SequenceEqual([a.V4.ToString()]), "dnsmasq has written the lease down");
        Assert.Single(daemon.LeaseFiles);
        a.Check().OrThrow();

        Detach(a);
        a.Delete();

        Assert.Empty(daemon.LeaseFiles);
        dnsmasq.WaitForLine("DHCPRELEASE");
        Until.True(() => dnsmasq.Leases.Count == 0, "dnsmasq has its address back");
    }

    [NeedsFact(What | Needs.Macvlan)]
    public void The_example_works_as_it_stands()
    {
        TestNamespace server = Bed.AddOutside("eth0", "10.9.0.2/24", "10.9.0.1/24");
        using Dnsmasq dnsmasq = Dnsmasq.Start(Bed, server, "eth0", "10.9.0.10,10.9.0.20,255.255.255.0,600");
        StartDaemon();
        // Its socket is at the default path: the plugin sees the bed's directory there.
        var plugins = new PluginRunner(Bed.Host, OurPlugins.Directory) { Binds = new Dictionary<string, string> { ["/run/cni"] = Bed.Scratch } };

        Attachment a = Attach(Bed, plugins, File.ReadAllText(Path.Combine(Repository.Root, "examples/macvlan-dhcp.conf")));

        Assert.True(Reaches(a.Pod));
        Until.True(() => dnsmasq.Leases.SequenceEqual([a.V4.ToString()]), "dnsmasq has written the lease down");
        Detach(a);
        Until.True(() => dnsmasq.Leases.Count == 0, "dnsmasq has its address back");
    }

    [NeedsFact(What)]
    public void Two_containers_and_two_interfaces_of_one_have_three_leases()
    {
        Dnsmasq dnsmasq = StartDnsmasq("10.9.0.10,10.9.0.20,255.255.255.0,600");
        DhcpDaemonProcess daemon = StartDaemon();
        Attachment a = Attach(Network());
        Attachment b = Attach(Network());
        PluginResult second = Plugins.Add("bridge", Network(name: "other"), a.Id, a.Pod, ifName: "net1").OrThrow();

        Assert.Equal(3, new HashSet<string> { a.V4.ToString(), b.V4.ToString(), second.Address().ToString() }.Count);
        Until.True(() => dnsmasq.Leases.Count == 3, "dnsmasq has written three leases down");
        Assert.Equal(3, daemon.LeaseFiles.Count);

        Plugins.Del("bridge", Network(name: "other"), a.Id, a.Pod, ifName: "net1").OrThrow();
        Until.True(() => dnsmasq.Leases.Count == 2, "one is given back");
        a.Check().OrThrow();
    }

    [NeedsFact(What)]
    public void Without_an_address_left_ADD_fails_and_leaves_nothing()
    {
        StartDnsmasq("10.9.0.10,10.9.0.10,255.255.255.0,600");
        DhcpDaemonProcess patient = StartDaemon();
        Attachment a = Attach(Network());
        patient.Terminate();
        DhcpDaemonProcess impatient = StartDaemon("-resendtimeout", "2s");
        TestNamespace pod = Bed.AddPod();
        string[] before = Devices;

        PluginResult refused = Plugins.Add("bridge", Network(), "late", pod);

        Assert.Equal((999u, "error calling DHCP.Allocate: no more tries"), (refused.ErrorCode, refused.ErrorMessage));
        Assert.Equal(before, Devices);
        Assert.DoesNotContain("eth0", pod.Ip("-br", "link"), StringComparison.Ordinal);
        Plugins.Del("bridge", Network(), "late", pod).OrThrow();

        Detach(a);
        impatient.Terminate();
        StartDaemon();
        Assert.Equal(a.V4, Plugins.Add("bridge", Network(), "late", pod).OrThrow().Address());
        Plugins.Del("bridge", Network(), "late", pod).OrThrow();
    }

    [NeedsFact(What)]
    public void ADD_again_of_the_plugin_alone_has_the_same_lease()
    {
        StartDnsmasq("10.9.0.10,10.9.0.20,255.255.255.0,600");
        DhcpDaemonProcess daemon = StartDaemon();
        Attachment a = Attach(Network());

        PluginResult again = Plugins.Add("dhcp", Network(), a.Id, a.Pod).OrThrow();

        Assert.Equal(a.V4, again.Address());
        Assert.Single(daemon.Said.Split('\n'), static line => line.Contains("acquiring lease", StringComparison.Ordinal));
    }

    [NeedsFact(What)]
    public void Routes_of_option_121_are_set_with_the_configured_metric()
    {
        StartDnsmasq(
            "10.9.0.10,10.9.0.20,255.255.255.0,600", "--dhcp-option=121,0.0.0.0/0,10.9.0.1,10.77.0.0/16,10.9.0.3,10.78.0.0/17,0.0.0.0", "--dhcp-option=33,10.79.0.0,10.9.0.4");
        StartDaemon();

        Attachment a = Attach(Network(""", "request": [{"option": "121"}, {"option": "33"}], "priority": 77"""));

        string[] routes = [.. a.Pod.Ip("route").Split('\n').Select(static line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        Assert.Contains("default via 10.9.0.1 dev eth0 metric 77", routes);
        Assert.Contains("10.77.0.0/16 via 10.9.0.3 dev eth0 metric 77", routes);
        Assert.Contains("10.78.0.0/17 dev eth0 scope link metric 77", routes);
        Assert.DoesNotContain(routes, static route => route.StartsWith("10.79", StringComparison.Ordinal));
        a.Check().OrThrow();
    }

    [NeedsFact(What)]
    public void Routes_of_option_33_are_classful_and_beside_the_default_route()
    {
        StartDnsmasq("10.9.0.10,10.9.0.20,255.255.255.0,600", "--dhcp-option=33,10.79.1.2,10.9.0.4,192.168.7.7,10.9.0.5");
        StartDaemon();

        Attachment a = Attach(Network(""", "request": [{"option": "33"}]"""));

        string routes = a.Pod.Ip("route");
        Assert.Contains("10.0.0.0/8 via 10.9.0.4 dev eth0", routes, StringComparison.Ordinal);
        Assert.Contains("192.168.7.0/24 via 10.9.0.5 dev eth0", routes, StringComparison.Ordinal);
        Assert.Contains("default via 10.9.0.1 dev eth0", routes, StringComparison.Ordinal);
    }

    [NeedsFact(What)]
    public void What_the_configuration_provides_reaches_the_server()
    {
        Dnsmasq dnsmasq = StartDnsmasq("10.9.0.10,10.9.0.20,255.255.255.0,600");
        StartDaemon();

        Attach(
            Network(""", "provide": [{"option": "host-name", "fromArg": "K8S_POD_NAME"}, {"option": "60", "value": "dataplane-test"}]"""),
            args: "IgnoreUnknown=1;K8S_POD_NAME=web-7");

        dnsmasq.WaitForLine("client provides name: web-7");
        dnsmasq.WaitForLine("vendor class: dataplane-test");
        dnsmasq.WaitForLine("requested options: 3:router, 1:netmask");
    }

    [NeedsFact(What)]
    public void GC_gives_back_what_is_not_valid_and_only_of_its_network()
    {
        Dnsmasq dnsmasq = StartDnsmasq("10.9.0.10,10.9.0.20,255.255.255.0,600");
        DhcpDaemonProcess daemon = StartDaemon();
        Attachment kept = Attach(Network());
        Attachment stale = Attach(Network());
        Attachment other = Attach(Network(name: "other"));
        string gc = Network(version: "1.1.0", extra: $$""", "cni.dev/valid-attachments": [{"containerID": "{{kept.Id}}", "ifname": "eth0"}]""");

        Plugins.Run(new PluginCall("dhcp", "GC", Network(version: "1.1.0"))).OrThrow();
        Assert.Equal(3, daemon.LeaseFiles.Count);
        Plugins.Run(new PluginCall("dhcp", "GC", gc)).OrThrow();
        Assert.Equal(2, daemon.LeaseFiles.Count);

        Until.True(() => dnsmasq.Leases.Count == 2, "the stale lease is given back");
        Assert.DoesNotContain(stale.V4.ToString(), dnsmasq.Leases);
        kept.Check().OrThrow();
        other.Check().OrThrow();
        Assert.Contains("dhcp: no lease for", stale.Check().ErrorMessage, StringComparison.Ordinal);
    }

    [NeedsFact(Ours)]
    public void Without_a_daemon_ADD_says_so_as_the_reference_does_and_leaves_nothing()
    {
        TestNamespace pod = Bed.AddPod();
        string[] before = Devices;
        string dialing = $"error dialing DHCP daemon: dial unix {SocketPath}: connect: no such file or directory";

        PluginResult add = Plugins.Add("bridge", Network(), "c1", pod);
        PluginResult status = Plugins.Run(new PluginCall("bridge", "STATUS", Network(version: "1.1.0")));
        PluginResult del = Plugins.Del("bridge", Network(), "c1", pod);

        Assert.Equal((999u, dialing), (add.ErrorCode, add.ErrorMessage));
        Assert.Equal((50u, dialing), (status.ErrorCode, status.ErrorMessage));
        Assert.Equal((999u, dialing), (del.ErrorCode, del.ErrorMessage));
        Assert.Equal(before, Devices);
        StartDaemon();
        Plugins.Run(new PluginCall("bridge", "STATUS", Network(version: "1.1.0"))).OrThrow();
        Plugins.Del("bridge", Network(), "c1", pod).OrThrow();
    }
}
