using System.Text.Json;
using Dataplane.Interop;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

public sealed class FilterTests
{
    [NeedsFact(Needs.Namespaces)]
    public void Clsact_and_both_programs_are_attached_by_one_batch_and_again()
    {
        using var bed = new Bed("fa");
        (LinkInfo host, _) = bed.AddVeth();
        using FileDescriptor program = AcceptAll.Load();
        for (int round = 0; round < 2; round++)
        {
            bed.Rtnl.Send(bed.Rtnl.Batch()
                .AddClsact(host.Index)
                .ReplaceBpfFilter(host.Index, ingress: true, 1, 1, program.Number, "dp_from_pod")
                .ReplaceBpfFilter(host.Index, ingress: false, 1, 1, program.Number, "dp_to_pod"));
            List<FilterInfo> filters = bed.Rtnl.DumpFilters(host.Index);
            Assert.Equal(["dp_from_pod", "dp_to_pod"], filters.OrderByDescending(f => f.IsIngress).Select(f => f.Name));
            Assert.All(filters, f => Assert.Equal(((ushort)1, 1u), (f.Priority, f.Handle)));
            Assert.All(filters, f => Assert.NotEqual(0u, f.ProgramId));
        }

        Assert.Equal("clsact", Bed.One(bed.Host, "tc", "qdisc", "show", "dev", "veth0", "clsact").GetProperty("kind").GetString());
        foreach ((string direction, string name) in new[] { ("ingress", "dp_from_pod"), ("egress", "dp_to_pod") })
        {
            JsonElement shown = Bed.Json(bed.Host, "tc", "filter", "show", "dev", "veth0", direction).Single(f => f.TryGetProperty("options", out _));
            Assert.Equal(("all", 1, "bpf"), (shown.GetProperty("protocol").GetString(), shown.GetProperty("pref").GetInt32(), shown.GetProperty("kind").GetString()));
            JsonElement options = shown.GetProperty("options");
            Assert.Equal(("0x1", name, true), (options.GetProperty("handle").GetString(), options.GetProperty("bpf_name").GetString(), options.GetProperty("direct-action").GetBoolean()));
        }
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_program_is_replaced_in_its_place_and_detached()
    {
        using var bed = new Bed("fr");
        (LinkInfo host, _) = bed.AddVeth();
        using FileDescriptor first = AcceptAll.Load();
        using FileDescriptor second = AcceptAll.Load();
        RtnlBatch Attach(FileDescriptor program, uint handle) =>
            bed.Rtnl.Batch().AddClsact(host.Index).ReplaceBpfFilter(host.Index, true, 1, handle, program.Number, "p");
        bed.Rtnl.Send(Attach(first, 1));
        uint id = Assert.Single(bed.Rtnl.DumpFilters(host.Index)).ProgramId;
        bed.Rtnl.Send(Attach(second, 1));
        Assert.NotEqual(id, Assert.Single(bed.Rtnl.DumpFilters(host.Index)).ProgramId);

        bed.Rtnl.Send(bed.Rtnl.Batch().DeleteFilter(host.Index, true, 1, 1));
        Assert.Empty(bed.Rtnl.DumpFilters(host.Index));
        Assert.Equal(
            Errno.ENOENT,
            Assert.Throws<NetlinkException>(() => bed.Rtnl.Send(bed.Rtnl.Batch().DeleteFilter(host.Index, true, 1, 1))).Errno);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Without_clsact_there_are_no_filters_and_attaching_says_why_it_fails()
    {
        using var bed = new Bed("fn");
        (LinkInfo host, _) = bed.AddVeth();
        Assert.Empty(bed.Rtnl.DumpFilters(host.Index));
        Assert.Empty(bed.Rtnl.DumpFilters(4711));
        using FileDescriptor program = AcceptAll.Load();
        var error = Assert.Throws<NetlinkException>(
            () => bed.Rtnl.Send(bed.Rtnl.Batch().ReplaceBpfFilter(host.Index, true, 1, 1, program.Number, "dp_from_pod")));
        Assert.Equal(("attach program", "dp_from_pod", Errno.EINVAL), (error.Request, error.Subject, error.Errno));
        Assert.NotEmpty(error.ExtendedAck);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_programs_filter_dies_with_its_device()
    {
        using var bed = new Bed("fd");
        (LinkInfo host, _) = bed.AddVeth();
        using FileDescriptor program = AcceptAll.Load();
        bed.Rtnl.Send(bed.Rtnl.Batch().AddClsact(host.Index).ReplaceBpfFilter(host.Index, true, 1, 1, program.Number, "p"));
        bed.Rtnl.Send(bed.Rtnl.Batch().DeleteLink(host.Index));
        Assert.Empty(bed.Rtnl.DumpFilters(host.Index));
    }
}
