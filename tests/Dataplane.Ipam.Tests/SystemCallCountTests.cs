using Dataplane.TestKit;

namespace Dataplane.Ipam.Tests;

/// <summary>What an allocation and a release cost does not grow with the number of leases: counted in system calls on the directory.</summary>
public class SystemCallCountTests
{
    private const string Subnet = "10.64.0.0/16";
    private const int Many = 10_000;

    [NeedsFact(Needs.Strace)]
    public void Allocating_and_releasing_makes_as_many_calls_with_10_000_leases_as_with_one()
    {
        using TemporaryDataDir few = new();
        using TemporaryDataDir many = new();
        Worker.Add(few.Path, Subnet, new LeaseOwner("first", "eth0"));
        Fill(many);

        int addFew = Count(few, "add", few.Path, Subnet, "x");
        int addMany = Count(many, "add", many.Path, Subnet, "x");
        int delFew = Count(few, "del", few.Path, "x");
        int delMany = Count(many, "del", many.Path, "x");
        Assert.Equal((addFew, delFew), (addMany, delMany));
        Assert.InRange(addFew, 10, 45);
        Assert.InRange(delFew, 10, 35);
    }

    private static void Fill(TemporaryDataDir data)
    {
        using LeaseDirectory leases = LeaseDirectory.Open(data.Path, TemporaryDataDir.Network);
        IpNumber first = IpNumber.Parse("10.64.0.2");
        for (uint i = 0; i < Many; i++)
            Assert.True(leases.TryReserve(new LeaseOwner($"c{i}", "eth0"), first with { Value = first.Value + i }, 0));
    }

    private static int Count(TemporaryDataDir data, params string[] args)
    {
        string log = $"{data.Path}/strace";
        List<string> strace = ["strace", "-f", "-qq", "-o", log];
        foreach (string path in (string[])["", "/lock", "/.dataplane", "/.dataplane/owners", "/.dataplane/new", "/last_reserved_ip.0"])
            strace.AddRange(["-P", data.NetworkPath + path]);
        (int exit, string output) = Worker.Run(strace, args);
        Assert.True(exit == 0, output);
        return File.ReadLines(log).Count(line => !line.Contains("resumed>", StringComparison.Ordinal));
    }
}
