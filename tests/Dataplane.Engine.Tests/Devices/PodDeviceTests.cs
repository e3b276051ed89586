using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Devices;

/// <summary>What a record says was made in a container is found there again, and nothing else.</summary>
public sealed class PodDeviceTests
{
    private const string Mac = "02:00:00:00:07:07";
    private static readonly AttachmentId s_id = new("c1", "eth0");

    [NeedsTheory(Needs.Namespaces)]
    // Under its name, and under the one it has until it gets that.
    [InlineData("eth0", "veth", Mac, true, true)]
    [InlineData("eth0", "veth", "", true, true)]
    [InlineData("passing", "veth", Mac, true, true)]
    // Another device of the name, and another container at the path.
    [InlineData("eth0", "veth", "02:00:00:00:08:08", true, false)]
    [InlineData("eth0", "macvlan", Mac, true, false)]
    [InlineData("eth0", "veth", Mac, false, false)]
    [InlineData("eth1", "veth", Mac, true, false)]
    public void Deleted_is_what_was_made(string name, string kind, string mac, bool sameNamespace, bool deleted)
    {
        using var bed = new NodeBed(pods: 1);
        TestNamespace pod = bed.Pods[0];
        string device = name == "passing" ? InterfaceNames.Passing(s_id) : name;
        pod.Ip("link", "add", device, "address", Mac, "type", "veth", "peer", "name", "other");
        var record = new AttachmentRecord { Id = s_id, Network = "n", Plugin = "macvlan", NetnsPath = pod.Path };

        PodDevice.Delete(record, AttachmentStep.Device(kind, sameNamespace ? pod.Cookie : pod.Cookie + 1, mac));

        Assert.Equal(deleted, !pod.Ip("-br", "link", "show").Contains(device, StringComparison.Ordinal));
    }

    [Fact]
    public void The_passing_name_is_the_attachments_and_short_enough()
    {
        string name = InterfaceNames.Passing(s_id);

        Assert.Equal(name, InterfaceNames.Passing(s_id));
        Assert.NotEqual(name, InterfaceNames.Passing(new AttachmentId("c2", "eth0")));
        Assert.NotEqual(name, InterfaceNames.Passing(new AttachmentId("c1", "net1")));
        Assert.Matches("^dp[0-9a-f]{8}$", name);
    }
}
