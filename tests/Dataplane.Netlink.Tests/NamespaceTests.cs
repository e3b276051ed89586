using Dataplane.Interop;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

public sealed class NamespaceTests
{
    [NeedsFact(Needs.Namespaces)]
    public void A_thread_enters_and_comes_back()
    {
        using TestNamespace ns = TestNamespace.Create("ne");
        using NetworkNamespace own = NetworkNamespace.OpenCurrent();
        using NetworkNamespace other = NetworkNamespace.Open(ns.Path);
        Assert.False(own.IsSame(other));
        using (other.Enter())
        {
            using NetworkNamespace inside = NetworkNamespace.OpenCurrent();
            Assert.True(inside.IsSame(other));
            Assert.Equal(ns.Cookie, NetworkNamespace.CurrentCookie());
        }

        using NetworkNamespace after = NetworkNamespace.OpenCurrent();
        Assert.True(after.IsSame(own));
        Assert.Equal(ns.Cookie, other.Cookie);
        Assert.NotEqual(ns.Cookie, own.Cookie);
    }

    [NeedsFact(Needs.Namespaces)]
    public void An_exception_inside_comes_back_too()
    {
        using TestNamespace ns = TestNamespace.Create("nx");
        using NetworkNamespace own = NetworkNamespace.OpenCurrent();
        using NetworkNamespace other = NetworkNamespace.Open(ns.Path);
        Assert.Throws<InvalidOperationException>((Action)(() =>
        {
            using NetworkNamespace.Scope inside = other.Enter();
            throw new InvalidOperationException();
        }));
        using NetworkNamespace after = NetworkNamespace.OpenCurrent();
        Assert.True(after.IsSame(own));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_socket_stays_in_the_namespace_it_was_opened_in()
    {
        using var bed = new Bed("ns");
        bed.AddVeth();
        Assert.NotNull(bed.Rtnl.FindLink("veth0"));
        Assert.Null(bed.PodRtnl.FindLink("veth0"));
        using (bed.PodSpace.Enter())
        {
            Assert.NotNull(bed.Rtnl.FindLink("veth0"));
        }
    }

    [NeedsFact(Needs.Namespaces)]
    public void The_other_end_of_a_veth_is_in_the_namespace_that_its_id_names()
    {
        using var bed = new Bed("ni");
        using var third = TestNamespace.Create("ni3");
        using NetworkNamespace nobody = NetworkNamespace.Open(third.Path);
        (LinkInfo host, LinkInfo pod) = bed.AddVeth();

        Assert.Equal(pod.PeerNetnsId, bed.PodRtnl.NamespaceId(bed.HostSpace));
        Assert.Equal(host.PeerNetnsId, bed.Rtnl.NamespaceId(bed.PodSpace));
        Assert.NotNull(host.PeerNetnsId);
        Assert.Null(bed.Rtnl.NamespaceId(nobody));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_device_is_there_until_it_is_deleted()
    {
        using var bed = new Bed("hl");
        (LinkInfo host, LinkInfo pod) = bed.AddVeth();
        Assert.True(bed.Rtnl.HasLink(host.Index));
        Assert.True(bed.PodRtnl.HasLink(pod.Index), "in the socket's namespace, not the thread's");

        bed.Rtnl.Send(bed.Rtnl.Batch().DeleteLink(host.Index));

        Assert.False(bed.Rtnl.HasLink(host.Index));
        Assert.False(bed.PodRtnl.HasLink(pod.Index));
    }

    [Fact]
    public void What_is_no_namespace_is_refused_in_the_reference_plugins_words()
    {
        var missing = Assert.Throws<LinuxException>(() => NetworkNamespace.Open("/run/netns/nobody-made-this"));
        Assert.Equal(("statfs", "/run/netns/nobody-made-this", Errno.ENOENT), (missing.Operation, missing.Subject, missing.Errno));
        using var file = new TemporaryFile();
        var wrong = Assert.Throws<NotANamespaceException>(() => NetworkNamespace.Open(file.Path));
        string magic = Tool.Out("stat", "-f", "-c", "%t", file.Path).Trim();
        Assert.Equal($"unknown FS magic on \"{file.Path}\": {magic}", wrong.Message);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_namespace_of_another_kind_cannot_be_entered()
    {
        using NetworkNamespace uts = NetworkNamespace.Open("/proc/self/ns/uts");
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => uts.Enter()).Errno);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Sysctls_are_the_namespaces_the_thread_is_in()
    {
        using TestNamespace ns = TestNamespace.Create("sy");
        using NetworkNamespace space = NetworkNamespace.Open(ns.Path);
        ns.Ip("link", "add", "a.100", "type", "veth", "peer", "name", "b");
        using (space.Enter())
        {
            Assert.Equal("0", Sysctl.Read("net", "ipv4", "conf", "a.100", "arp_notify"));
            Assert.True(Sysctl.WriteIfDifferent("1", "net", "ipv4", "conf", "a.100", "arp_notify"));
            Assert.False(Sysctl.WriteIfDifferent("1", "net", "ipv4", "conf", "a.100", "arp_notify"));
            Assert.Equal(Errno.ENOENT, Assert.Throws<LinuxException>(() => Sysctl.Read("net", "ipv4", "conf", "none", "arp_notify")).Errno);
            Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => Sysctl.Write("x", "net", "ipv4", "ip_forward")).Errno);
        }

        Assert.Equal("1", ns.Sysctl("net/ipv4/conf/a.100/arp_notify"));
        Assert.Throws<LinuxException>(() => Sysctl.Read("net", "ipv4", "conf", "a.100", "arp_notify"));
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a/b")]
    public void A_sysctl_path_cannot_leave_its_directory(string part) =>
        Assert.Throws<ArgumentException>(() => Sysctl.Write("1", "net", "ipv4", "conf", part, "arp_notify"));

    private sealed class TemporaryFile : IDisposable
    {
        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
