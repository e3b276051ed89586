using Dataplane.Abi;
using Dataplane.Interop;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Library;

/// <summary>Pins by their properties, and what becomes of them when they are removed by hand, or of another version.</summary>
public sealed class PinsTests
{
    [NeedsFact(Needs.Namespaces)]
    public void Every_program_and_map_opens_with_its_layout()
    {
        using var node = new PinnedNode();
        using NodePrograms programs = node.Ensure();
        Assert.Equal(
            ["from_pod", "to_pod", "from_uplink", "to_uplink", "sweep_start"],
            new[] { programs.FromPod, programs.ToPod, programs.FromUplink, programs.ToUplink, programs.SweepStart }.Select(p => p.Name));
        uint[] ids =
        [
            programs.Endpoints.Info.Id, programs.Addresses.Info.Id, programs.Flows4.Info.Id, programs.Flows6.Info.Id, programs.Exclusions.Info.Id,
            programs.Devices.Info.Id, programs.Nat.Info.Id, programs.Sweep.Info.Id, programs.SweepQueue.Info.Id, programs.Fragments.Info.Id,
            programs.HostPorts.Info.Id, programs.LocalAddresses.Info.Id, programs.SocketPeers.Info.Id, programs.LastDrops.Info.Id,
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [NeedsFact(Needs.Namespaces)]
    public void Tables_whose_size_is_chosen_have_it()
    {
        using var node = new PinnedNode();
        using NodePrograms programs = NodePrograms.Ensure(node.Cookie, new NodeOptions { FlowEntries = 4096 });
        Assert.Equal((4096u, 2048u), (programs.Nat.Info.MaxEntries, programs.SweepQueue.Info.MaxEntries));
        using NodePrograms reloaded = node.EnsureOther(1);
        Assert.Equal((programs.Nat.Info.Id, programs.SweepQueue.Info.Id), (reloaded.Nat.Info.Id, reloaded.SweepQueue.Info.Id));
    }

    [NeedsFact(Needs.Namespaces)]
    public void The_longest_prefix_decides_what_is_excluded_and_all_prefixes_are_listed()
    {
        using var node = new PinnedNode();
        using NodePrograms programs = node.Ensure();
        Bytes16 ten = Bytes16.From([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 1, 0, 0]), host = ten;
        host[15] = 9;
        programs.Exclusions.Update(new ExclusionKey { PrefixLength = 32 + 96 + 16, Ifindex = 7, Address = ten }, new ExclusionRow { Generation = 1 });
        programs.Exclusions.Update(new ExclusionKey { PrefixLength = 32 + 128, Ifindex = 7, Address = host }, new ExclusionRow { Generation = 2 });
        ExclusionKey asked = new() { PrefixLength = 32 + 128, Ifindex = 7, Address = host };
        Assert.True(programs.Exclusions.TryLookup(asked, out ExclusionRow row) && row.Generation == 2);
        Assert.True(programs.Exclusions.Delete(asked));
        Assert.True(programs.Exclusions.TryLookup(asked, out row) && row.Generation == 1);
        asked.Ifindex = 8;
        Assert.False(programs.Exclusions.TryLookup(asked, out _));
        Assert.Equal(1u, Assert.Single(programs.Exclusions.Entries()).Value.Generation);
        Assert.Equal(7u, Assert.Single(programs.Exclusions.OneByOne()).Key.Ifindex);
    }

    [NeedsTheory(Needs.Namespaces)]
    [InlineData("maps/nat")]
    [InlineData("programs/to_uplink")]
    public void A_pin_that_only_some_calls_use_is_made_again_by_the_next_ADD(string pin)
    {
        using var node = new PinnedNode();
        using NodePrograms programs = node.Ensure();
        File.Delete($"{node.Directory}/{pin}");
        LinuxException missing = Assert.Throws<LinuxException>(() => _ = (programs.Nat, programs.ToUplink));
        Assert.Equal(Errno.ENOENT, missing.Errno);
        Assert.Null(NodePrograms.TryOpen(node.Cookie));
        using NodePrograms again = node.Ensure();
        Assert.Equal(PinnedNode.Complete, node.Pins);
        Assert.Equal(programs.Endpoints.Info.Id, again.Endpoints.Info.Id);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Devices_are_looked_at_again_when_their_table_is_new_and_not_otherwise()
    {
        using var node = new PinnedNode();
        using (NodePrograms programs = node.Ensure())
        {
            programs.NoteExamined(99);
            programs.NextGeneration();
            programs.CountMappings();
        }
        using (NodePrograms reloaded = node.EnsureOther(1))
        {
            Assert.Equal((99u, 1u, 1u), (reloaded.Row.Examined, reloaded.Row.Generation, reloaded.Row.Mappings));
        }
        File.Delete($"{node.Directory}/maps/devices");
        using NodePrograms again = node.EnsureOther(2);
        Assert.Equal((0u, 1u, 2u), (again.Row.Examined, again.Row.Generation, again.Row.Mappings));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Programs_that_a_build_does_not_have_lose_their_pins()
    {
        using var node = new PinnedNode();
        using NodePrograms programs = node.Ensure();
        BpfCalls.Pin(programs.ToPod.Fd, $"{node.Directory}/programs/of_yesterday");
        node.EnsureOther(1).Dispose();
        Assert.Equal(PinnedNode.Complete, node.Pins);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Pins_of_another_version_are_removed_with_the_node()
    {
        using var node = new PinnedNode();
        using NodePrograms programs = node.Ensure();
        string other = $"{Path.GetDirectoryName(node.Directory)}/v1/maps";
        Directory.CreateDirectory(other);
        // A row of another size.
        BpfCalls.Pin(programs.Sweep.Fd, $"{other}/node");
        NodePrograms.Remove(node.Cookie);
        Assert.False(Directory.Exists(Path.GetDirectoryName(node.Directory)));
        Assert.Equal(0u, programs.Row.Abi);
        Assert.Equal(node.Cookie, programs.Row.NetnsCookie);
    }
}
