using System.Diagnostics;
using System.Text;
using Dataplane.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace Dataplane.Ipam.Tests;

/// <summary>A directory is used by the reference plugin and by ours in turn, and both decide alike.</summary>
public class ReferenceTests
{
    private const string Subnet = "10.1.2.0/24";

    private static ToolResult Reference(TemporaryDataDir data, string command, string id, string ifName = "eth0", string ranges = "")
    {
        ranges = ranges.Length > 0 ? ranges : $"[[{{\"subnet\":\"{Subnet}\"}}]]";
        string config = $$"""
            {"cniVersion":"0.4.0","name":"net","type":"x","ipam":{"type":"host-local","dataDir":"{{data.Path}}","ranges":{{ranges}} } }
            """;
        Dictionary<string, string> environment = new()
        {
            ["CNI_COMMAND"] = command,
            ["CNI_CONTAINERID"] = id,
            ["CNI_NETNS"] = "/nowhere",
            ["CNI_IFNAME"] = ifName,
            ["CNI_PATH"] = ReferencePlugins.Directory,
        };
        return Tool.Run($"{ReferencePlugins.Directory}/host-local", [], environment, Encoding.UTF8.GetBytes(config));
    }

    private static string ReferenceAdd(TemporaryDataDir data, string id)
    {
        string output = Reference(data, "ADD", id).OrThrow().StdoutText;
        int start = output.IndexOf("\"address\": \"", StringComparison.Ordinal) + 12;
        return output[start..output.IndexOf('/', start)];
    }

    private static string OurAdd(TemporaryDataDir data, string id) => Worker.Add(data.Path, Subnet, new LeaseOwner(id, "eth0"));

    [NeedsFact(Needs.ReferencePlugins)]
    public void Each_continues_where_the_other_stopped()
    {
        using TemporaryDataDir data = new();
        Assert.Equal("10.1.2.2", ReferenceAdd(data, "a"));
        Assert.Equal("10.1.2.3", OurAdd(data, "b"));
        Assert.Equal("10.1.2.4", ReferenceAdd(data, "c"));
        Assert.Equal("10.1.2.5", OurAdd(data, "d"));

        // Each knows the other's owners.
        Assert.Contains("10.1.2.3 has been allocated to b", Reference(data, "ADD", "b").StdoutText);
        Assert.Contains("10.1.2.4 has been allocated to c", Assert.Throws<IpamException>(() => OurAdd(data, "c")).Message);
        Assert.Equal(0, Reference(data, "CHECK", "d").ExitStatus);

        // Each releases the other's leases.
        Assert.Equal(0, Reference(data, "DEL", "b").ExitStatus);
        Assert.Equal(1, Worker.Del(data.Path, new LeaseOwner("a", "eth0")));
        Assert.Equal(0, Reference(data, "DEL", "d").ExitStatus);
        Assert.Equal(1, Worker.Del(data.Path, new LeaseOwner("c", "eth0")));
        Assert.Empty(data.Addresses());
        Assert.Equal("10.1.2.6", ReferenceAdd(data, "b"));
        Assert.Equal("10.1.2.7", OurAdd(data, "a"));
    }

    [NeedsFact(Needs.ReferencePlugins)]
    public void The_reference_leaves_what_is_only_ours_alone()
    {
        using TemporaryDataDir data = new();
        OurAdd(data, "a");
        string boot = new FileInfo($"{data.NetworkPath}/.dataplane/boot").LinkTarget!;
        // Containers named like everything that can be read there.
        foreach (string id in (string[])[boot, "10.1.2.2", "boot", "owners", "new"])
            Assert.Equal(0, Reference(data, "DEL", id).ExitStatus);
        Assert.Equal(0, Reference(data, "DEL", "a", "eth1").ExitStatus);
        Assert.Equal(["a:eth0 -> 10.1.2.2"], data.Index());
        Assert.Equal(boot, new FileInfo($"{data.NetworkPath}/.dataplane/boot").LinkTarget);
        Assert.Equal("a\r\neth0", data.Read("10.1.2.2"));
    }

    [NeedsFact(Needs.ReferencePlugins)]
    public void Both_at_once_give_no_address_twice()
    {
        using TemporaryDataDir data = new();
        Process[] workers = [.. Enumerable.Range(0, 8).Select(i => Worker.Start([], "churn", data.Path, Subnet, $"p{i}", "7"))];
        HashSet<string> given = [];
        // While ours allocate and release, so does the reference.
        for (int i = 0; !workers.All(worker => worker.HasExited) || i < 16; i++)
        {
            Assert.True(given.Add(ReferenceAdd(data, $"r{i}")));
            if (i % 2 == 0)
                continue;
            Assert.Equal(0, Reference(data, "DEL", $"r{i}").ExitStatus);
            Assert.True(given.RemoveWhere(address => !File.Exists($"{data.NetworkPath}/{address}")) == 1);
        }
        foreach (Process worker in workers)
        {
            using (worker)
            {
                Assert.Equal("", worker.StandardError.ReadToEnd());
                foreach (string line in worker.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    Assert.True(given.Add(line.Split(' ')[0]), line);
            }
        }
        Assert.Equal(given.Order(StringComparer.Ordinal), data.Addresses());
        using LeaseDirectory leases = LeaseDirectory.Open(data.Path, TemporaryDataDir.Network);
        Assert.Equal(given.Count, leases.Collect(_ => false));
    }

    [NeedsFact(Needs.ReferencePlugins)]
    public void Any_pool_in_any_state_gives_the_same_address()
    {
        // Two ranges of a /24 each, where the last reserved address is anywhere and any addresses are taken.
        Prop.ForAll<byte, byte, byte[]>((first, last, taken) =>
        {
            using TemporaryDataDir theirs = new();
            using TemporaryDataDir ours = new();
            uint start = (uint)(first % 200) + 2;
            (uint endA, uint endB) = (start + last % 5u, 1 + last % 7u);
            string[] lastReserved = [$"10.1.2.{start + last % 6}", $"10.1.9.{first % 9}", "192.0.2.1", "not an address"];
            foreach (TemporaryDataDir data in (TemporaryDataDir[])[theirs, ours])
            {
                data.WriteForeign("last_reserved_ip.0", lastReserved[(first + last) % lastReserved.Length]);
                foreach (byte b in taken)
                    data.WriteForeign(b % 2 == 0 ? $"10.1.2.{start + b % 5u}" : $"10.1.9.{1 + b % 7}", "other\r\neth0");
            }
            string ranges = $$"""
                [[{"subnet":"10.1.2.0/24","rangeStart":"10.1.2.{{start}}","rangeEnd":"10.1.2.{{endA}}","gateway":"10.1.2.{{start + 1}}"},
                  {"subnet":"10.1.9.0/24","rangeStart":"10.1.9.1","rangeEnd":"10.1.9.{{endB}}"}]]
                """;
            RangeSet set = RangeTests.Set(
                RangeTests.Spec("10.1.2.0/24", $"10.1.2.{start}", $"10.1.2.{endA}", $"10.1.2.{start + 1}"),
                RangeTests.Spec("10.1.9.0/24", "10.1.9.1", $"10.1.9.{endB}"));

            string output = Reference(theirs, "ADD", "x", ranges: ranges).StdoutText;
            string given;
            using (LeaseDirectory leases = ours.Open())
            {
                try
                {
                    AllocatedAddress allocated = new RangeAllocator(set, leases, 0).Allocate(new LeaseOwner("x", "eth0"));
                    given = $"\"address\": \"{allocated.Address}/{allocated.PrefixLength}\"";
                }
                catch (IpamException e)
                {
                    given = e.Message;
                }
            }
            Assert.Contains(given, output);
            Assert.Equal(theirs.Addresses(), ours.Addresses());
            Assert.Equal(theirs.Read("last_reserved_ip.0"), ours.Read("last_reserved_ip.0"));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }
}
