using System.Text.Json.Nodes;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Catalog;

/// <summary>GC of every plugin: what is not valid goes with all its state, and nothing else.</summary>
public sealed class CollectTests
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins | Needs.Bpftool | Needs.Ping;

    /// <summary>Those that every kernel has.</summary>
    public static TheoryData<string> Plugins => [.. CatalogTable.All.Where(static entry => entry.Needs == 0).Select(static entry => entry.Plugin)];

    /// <summary>dhcp keeps its leases in its daemon, which has tests of its own for all of this.</summary>
    [NeedsFact(What)]
    public void The_table_has_every_plugin_that_is_installed() => Assert.Equal(
        Directory.EnumerateFiles(OurPlugins.Directory).Select(Path.GetFileName).Where(static plugin => plugin != "dhcp").Order(StringComparer.Ordinal),
        CatalogTable.All.Select(static entry => entry.Plugin).Order(StringComparer.Ordinal));

    [NeedsTheory(What), MemberData(nameof(Plugins))]
    public void What_is_not_valid_is_collected_and_nothing_else(string plugin) => Collects(plugin);

    [NeedsTheory(What | Needs.Shapers), InlineData("dataplane"), InlineData("bandwidth")]
    public void What_is_limited_is_collected(string plugin) => Collects(plugin);

    [NeedsFact(What | Needs.Macvlan)]
    public void A_macvlan_is_collected() => Collects("macvlan");

    [NeedsFact(What | Needs.Ipvlan)]
    public void An_ipvlan_is_collected() => Collects("ipvlan");

    [NeedsFact(What | Needs.Vlan)]
    public void A_vlan_is_collected() => Collects("vlan");

    [NeedsFact(What | Needs.Dummy)]
    public void A_dummy_is_collected() => Collects("dummy");

    [NeedsFact(What | Needs.Tun)]
    public void A_tap_is_collected() => Collects("tap");

    [NeedsFact(What | Needs.Vrf)]
    public void What_is_in_a_VRF_is_collected() => Collects("vrf");

    private static void Collects(string plugin)
    {
        CatalogEntry entry = CatalogTable.Of(plugin);
        using var bed = new NodeBed(instantDad: true);
        var plugins = new PluginRunner(bed.Host, OurPlugins.Directory);
        var maps = new NodeMaps(bed);
        CatalogAttachment b = Attach(1, 1);
        CatalogAttachment d = Attach(2, 1);
        IReadOnlyList<string> before = State();
        CatalogAttachment a = Attach(1, 2);
        IReadOnlyList<string> withA = State();
        CatalogAttachment c = Attach(1, 3);
        IReadOnlyList<string> all = State();
        // Behind its back: a runtime that was killed, or a machine that lost its power, never says DEL.
        a.Pod.Dispose();
        if (plugin != "loopback")
        {
            Assert.True(withA.Count > before.Count && all.Count > withA.Count, "there is nothing to collect: nothing is tested");
        }

        Gc(1, null);
        Assert.Empty(before.Except(State()));
        c.Check();
        Gc(1, [b.Name]);
        AssertSame(before, State());
        Works(b);
        Works(d);
        // Nothing is stale any more.
        Gc(1, [b.Name]);
        AssertSame(before, State());

        Gc(1, []);
        b.Delete();
        Assert.All(State(), line => Assert.Contains(line, before));
        Works(d);
        d.Delete();
        a.Delete();
        c.Delete();
        LeakCheck.AssertClean(bed);

        CatalogAttachment Attach(int network, int container)
        {
            var at = new CatalogPlace(network, container, bed.Scratch);
            entry.Prepare(bed, at);
            return new CatalogAttachment(entry, plugins, at, bed.AddPod()).Add();
        }

        void Gc(int network, JsonArray? valid) => CatalogAttachment.Whole(entry, plugins, new CatalogPlace(network, 0, bed.Scratch), "GC", valid);

        // The device of a container that never was on the node, and the pair's other end, are not the plugin's.
        IReadOnlyList<string> State() => [.. CatalogState.Of(bed, maps).Where(line => !line.Contains(" nic", StringComparison.Ordinal) && !line.Contains(" port", StringComparison.Ordinal))];

        void Works(CatalogAttachment attachment)
        {
            attachment.Check();
            Assert.True(!entry.Answers || Ping.Reaches(bed.Host, attachment.Address));
        }
    }

    private static void AssertSame(IReadOnlyList<string> expected, IReadOnlyList<string> actual)
    {
        Assert.Equal([], actual.Except(expected));
        Assert.Equal([], expected.Except(actual));
    }
}
