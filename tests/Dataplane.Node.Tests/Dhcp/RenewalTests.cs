using System.Diagnostics;
using System.Text;
using Dataplane.TestKit;

namespace Dataplane.Node.Tests.Dhcp;

/// <summary>
/// Leases over their lives, by a server that tells when to renew. They are long wherever one that ends would be a failure: a machine
/// that stands still for seconds must not end them.
/// </summary>
public sealed class RenewalTests : DhcpTest
{
    private static readonly byte[] s_mask = DhcpAnswer.Address("255.255.255.0");

    [NeedsFact(Ours)]
    public void From_T1_on_the_server_alone_is_asked_and_the_lease_goes_on()
    {
        DhcpTestServer server = StartServer();
        server.Terms = Terms(lease: 3600, renew: 1, rebind: 3000);
        DhcpDaemonProcess daemon = StartDaemon();
        Attachment a = Attach(Network());
        string file = Assert.Single(daemon.LeaseFiles);
        string first = File.ReadAllText(file);

        Until.True(() => server.Count(static q => q.IsRenewal) >= 3, "three renewals");

        DhcpQuery renewal = server.Queries.First(static q => q.IsRenewal);
        Assert.Equal("10.9.0.1", renewal.Destination.ToString());
        Assert.Equal(a.V4, renewal.ClientAddress);
        Assert.False(renewal.Options.ContainsKey(50) || renewal.Options.ContainsKey(54));
        daemon.WaitForLine("renewed");
        Until.True(() => File.ReadAllText(file) != first, "the longer lease is kept");
        a.Check().OrThrow();
        Assert.True(Reaches(a.Pod));
    }

    [NeedsFact(Ours)]
    public void From_T2_on_everybody_is_asked()
    {
        DhcpTestServer server = StartServer();
        server.Terms = Terms(lease: 3600, renew: 1, rebind: 2);
        server.Misbehave = static (query, answer) => query.IsRenewal && !query.WasBroadcast ? [] : [answer];
        DhcpDaemonProcess daemon = StartDaemon();
        Attach(Network());

        Until.True(() => server.Count(static q => q.IsRenewal && q.WasBroadcast) >= 2, "two rebindings");

        Assert.Contains(server.Queries, static q => q.IsRenewal && !q.WasBroadcast);
        daemon.WaitForLine("renewed");
    }

    [NeedsFact(Ours)]
    public void A_lease_that_ends_takes_the_interface_down()
    {
        DhcpTestServer server = StartServer();
        server.Terms = Terms(lease: 3600, renew: 1, rebind: 3000);
        DhcpDaemonProcess daemon = StartDaemon();
        Attachment a = Attach(Network());
        Assert.True(IsUp(a.Pod));
        // Once more, for two seconds; then never again.
        bool last = false;
        server.Misbehave = (query, answer) => last && query.IsRenewal ? [] : [answer];
        server.Terms = Terms(lease: 2);
        Until.True(() => daemon.Said.Contains("renewed, for 2 seconds", StringComparison.Ordinal), "the lease gets short");
        last = true;

        Until.True(() => !IsUp(a.Pod), "the interface is down");

        daemon.WaitForLine("lease expired, bringing interface DOWN");
        Until.True(() => daemon.LeaseFiles.Count == 0, "the lease is forgotten");
        Assert.Contains("no lease for", a.Check().ErrorMessage, StringComparison.Ordinal);
    }

    [NeedsFact(Ours)]
    public void A_server_that_refuses_takes_the_address_back()
    {
        DhcpTestServer server = StartServer();
        server.Terms = Terms(lease: 3600, renew: 1, rebind: 3000);
        server.Misbehave = static (query, answer) => query.IsRenewal
            ? [DhcpAnswer.To(query, System.Net.IPAddress.Any, (53, [DhcpAnswer.Nak]), (54, DhcpAnswer.Address("10.9.0.1")))]
            : [answer];
        StartDaemon();
        Attachment a = Attach(Network());

        Until.True(() => !IsUp(a.Pod), "the interface is down");
    }

    [NeedsTheory(Ours)]
    [InlineData(true)]
    [InlineData(false)]
    public void A_daemon_that_is_started_again_goes_on_and_gives_the_lease_back_in_the_end(bool killed)
    {
        DhcpTestServer server = StartServer();
        server.Terms = Terms(lease: 3600, renew: 1, rebind: 3000);
        DhcpDaemonProcess first = StartDaemon();
        Attachment a = Attach(Network());
        if (killed)
        {
            first.Kill();
        }
        else
        {
            Assert.Equal(0, first.Terminate());
            Assert.False(File.Exists(SocketPath));
        }

        Assert.Single(first.LeaseFiles);
        int before = server.Count(static q => q.IsRenewal);
        DhcpDaemonProcess second = StartDaemon();

        second.WaitForLine("taken over");
        Until.True(() => server.Count(static q => q.IsRenewal) > before + 1, "the next daemon renews");
        a.Check().OrThrow();
        Assert.True(Reaches(a.Pod));
        Detach(a);
        Until.True(() => server.Count(static q => q.Type == DhcpQuery.Release) == 1, "the server hears that it is over");
        DhcpQuery release = server.Queries.Single(static q => q.Type == DhcpQuery.Release);
        Assert.Equal("10.9.0.1", release.Destination.ToString());
        Assert.Equal(a.V4, release.ClientAddress);
        Assert.DoesNotContain("acquiring lease", second.Said, StringComparison.Ordinal);
    }

    [NeedsFact(Ours)]
    public void A_container_that_ended_meanwhile_is_forgotten()
    {
        StartServer();
        DhcpDaemonProcess first = StartDaemon();
        Attachment gone = Attach(Network());
        Attachment left = Attach(Network());
        first.Kill();
        gone.Pod.Dispose();

        DhcpDaemonProcess second = StartDaemon();

        second.WaitForLine("no longer exists, terminating lease maintenance");
        Until.True(() => second.LeaseFiles.Count == 1, "one lease is left");
        left.Check().OrThrow();
    }

    [NeedsFact(Ours)]
    public void A_container_that_ends_without_DEL_is_forgotten_at_T1()
    {
        DhcpTestServer server = StartServer();
        server.Terms = Terms(lease: 3600, renew: 2, rebind: 3000);
        DhcpDaemonProcess daemon = StartDaemon();
        Attachment a = Attach(Network());
        a.Pod.Dispose();

        daemon.WaitForLine("no longer exists, terminating lease maintenance");
        Until.True(() => daemon.LeaseFiles.Count == 0, "nothing is kept");
    }

    [NeedsTheory(Ours)]
    [InlineData("-KILL")]
    [InlineData("-TERM")]
    public void Whoever_hung_up_while_waiting_gets_nothing_and_can_ask_again(string signal)
    {
        DhcpTestServer server = StartServer();
        server.Misbehave = static (_, _) => [];
        DhcpDaemonProcess daemon = StartDaemon();
        TestNamespace pod = Bed.AddPod();
        var call = new PluginCall("bridge", "ADD", Network()) { ContainerId = "c1", Netns = pod.Path, IfName = "eth0" };
        using (Process waiting = Plugins.Start(call))
        {
            waiting.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(call.Config));
            waiting.StandardInput.Close();
            Until.True(() => server.Count(static q => q.Type == DhcpQuery.Discover) > 0, "somebody looks for a server");
            Tool.Run("kill", signal, waiting.Id.ToString()).OrThrow();
            waiting.WaitForExit();
        }

        Assert.Empty(daemon.LeaseFiles);
        server.Misbehave = static (_, answer) => [answer];
        Plugins.Del("bridge", Network(), "c1", pod).OrThrow();
        Assert.DoesNotContain("eth0", pod.Ip("-br", "link"), StringComparison.Ordinal);
        Plugins.Add("bridge", Network(), "c1", pod).OrThrow();
        Assert.Single(daemon.LeaseFiles);
        Plugins.Del("bridge", Network(), "c1", pod).OrThrow();
    }

    private static (byte, byte[])[] Terms(uint lease, uint? renew = null, uint? rebind = null)
    {
        var terms = new List<(byte, byte[])> { (1, s_mask), (3, DhcpAnswer.Address("10.9.0.1")), (51, DhcpAnswer.Number(lease)) };
        if (renew is { } t1)
        {
            terms.Add((58, DhcpAnswer.Number(t1)));
        }

        if (rebind is { } t2)
        {
            terms.Add((59, DhcpAnswer.Number(t2)));
        }

        return [.. terms];
    }
}
