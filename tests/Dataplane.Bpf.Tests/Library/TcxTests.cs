using Dataplane.Abi;
using Dataplane.Interop;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Library;

/// <summary>Programs at the tcx hooks of a device: their order, whose they are, replaced in place, gone with the node.</summary>
public sealed class TcxTests
{
    private const uint Device = 4711;

    [NeedsFact(Needs.Namespaces | Needs.Tcx)]
    public void Programs_run_in_the_order_that_was_asked_for()
    {
        using PinnedNode node = WithDevice();
        using NodePrograms programs = node.Ensure();
        node.Namespace.Run(() =>
        {
            TcxHook hook = TcxHook.Egress(Device);
            Assert.Empty(hook.ProgramIds());
            hook.Attach(programs.ToPod);
            hook.Attach(programs.FromPod);
            hook.Attach(programs.ToUplink, first: true);
            Assert.Equal([programs.ToUplink.Id, programs.ToPod.Id, programs.FromPod.Id], hook.ProgramIds());
            Assert.Empty(TcxHook.Ingress(Device).ProgramIds());
            Assert.Equal(Errno.EEXIST, Assert.Throws<LinuxException>(() => hook.Attach(programs.ToPod)).Errno);
            Assert.True(hook.Detach(programs.ToPod));
            Assert.False(hook.Detach(programs.ToPod));
            Assert.Equal([programs.ToUplink.Id, programs.FromPod.Id], hook.ProgramIds());
        });
    }

    [NeedsFact(Needs.Namespaces | Needs.Tcx)]
    public void A_program_is_attached_once()
    {
        using PinnedNode node = WithDevice();
        using NodePrograms programs = node.Ensure();
        node.Namespace.Run(() =>
        {
            Assert.True(TcxHook.Ingress(Device).Ensure(programs, programs.FromUplink));
            Assert.False(TcxHook.Ingress(Device).Ensure(programs, programs.FromUplink));
            Assert.Equal([programs.FromUplink.Id], TcxHook.Ingress(Device).ProgramIds());
        });
    }

    [NeedsFact(Needs.Namespaces | Needs.Tcx)]
    public void Another_builds_program_is_replaced_where_it_is_and_others_stay()
    {
        using PinnedNode node = WithDevice(), other = WithDevice();
        using NodePrograms before = node.Ensure(), others = other.Ensure();
        node.Namespace.Run(() =>
        {
            TcxHook hook = TcxHook.Ingress(Device);
            hook.Attach(others.FromUplink);
            Assert.True(hook.Ensure(before, before.FromUplink));
            hook.Attach(others.ToPod);
            uint[] ids = hook.ProgramIds();
            Assert.Equal([others.FromUplink.Id, before.FromUplink.Id, others.ToPod.Id], ids);
        });
        using NodePrograms after = node.EnsureOther(1, loaded => node.Namespace.Run(() => { TcxHook.Ingress(Device).Ensure(loaded, loaded.FromUplink); }));
        node.Namespace.Run(() =>
            Assert.Equal([others.FromUplink.Id, after.FromUplink.Id, others.ToPod.Id], TcxHook.Ingress(Device).ProgramIds()));
    }

    [NeedsFact(Needs.Namespaces | Needs.Tcx)]
    public void A_program_whose_pins_somebody_removed_is_still_known_as_the_nodes()
    {
        using PinnedNode node = WithDevice();
        using (NodePrograms before = node.Ensure())
        {
            node.Namespace.Run(() => TcxHook.Ingress(Device).Ensure(before, before.FromUplink));
        }
        Directory.Delete(node.Directory, recursive: true);
        using NodePrograms after = node.Ensure();
        node.Namespace.Run(() =>
        {
            Assert.True(TcxHook.Ingress(Device).Ensure(after, after.FromUplink));
            Assert.Equal([after.FromUplink.Id], TcxHook.Ingress(Device).ProgramIds());
        });
    }

    [NeedsFact(Needs.Namespaces | Needs.Tcx)]
    public void A_node_that_is_removed_takes_its_programs_off_its_uplinks_and_leaves_others()
    {
        using PinnedNode node = WithDevice(), other = WithDevice();
        using NodePrograms programs = node.Ensure(), others = other.Ensure();
        programs.Devices.Update(Device, new DeviceRow { Flags = DeviceFlags.Uplink, Generation = 1 });
        programs.Devices.Update(Device + 1, new DeviceRow { Flags = DeviceFlags.Uplink, Generation = 1 });
        node.Namespace.Run(() =>
        {
            TcxHook.Ingress(Device).Ensure(programs, programs.FromUplink);
            TcxHook.Egress(Device).Ensure(programs, programs.ToUplink);
            TcxHook.Egress(Device).Attach(others.ToUplink);
            NodePrograms.Remove(node.Cookie);
            Assert.Empty(TcxHook.Ingress(Device).ProgramIds());
            Assert.Equal([others.ToUplink.Id], TcxHook.Egress(Device).ProgramIds());
        });
    }

    [NeedsFact(Needs.Namespaces | Needs.Tcx)]
    public void A_device_that_is_gone_is_named()
    {
        using PinnedNode node = WithDevice();
        using NodePrograms programs = node.Ensure();
        node.Namespace.Run(() =>
        {
            LinuxException gone = Assert.Throws<LinuxException>(() => TcxHook.Egress(Device + 1).Ensure(programs, programs.ToUplink));
            Assert.Equal(Errno.ENODEV, gone.Errno);
            Assert.Contains("tcx egress of device 4712", gone.Message, StringComparison.Ordinal);
            Assert.False(TcxHook.Egress(Device + 1).Detach(programs.ToUplink));
        });
    }

    private static PinnedNode WithDevice()
    {
        var node = new PinnedNode();
        node.Namespace.Ip("link", "add", "up0", "index", $"{Device}", "type", "veth", "peer", "name", "up1");
        return node;
    }
}
