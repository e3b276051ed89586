using FsCheck;
using FsCheck.Fluent;

namespace Dataplane.Ipam.Tests;

/// <summary>Any sequence of operations on the directory has the outcome it has on a dictionary.</summary>
public class LeaseModelTests
{
    private static readonly RangeSet Pool = RangeTests.Set(
        RangeTests.Spec("10.1.2.0/29", gateway: "10.1.2.3"), RangeTests.Spec("10.1.9.0/28", "10.1.9.4", "10.1.9.6"));

    private static readonly RangeSet SecondPool = RangeTests.Set(RangeTests.Spec("2001:db8::/125"));

    [Fact]
    public void Sequences_of_operations_behave_as_the_model()
    {
        Prop.ForAll<byte[]>(steps =>
        {
            using TemporaryDataDir data = new();
            MemoryLeaseStore model = new();
            foreach (byte step in steps)
            {
                LeaseOwner owner = new($"c{step & 7}", (step & 8) == 0 ? "eth0" : "net1");
                switch (step >> 6)
                {
                    case 0 or 1:
                        bool second = (step & 16) != 0;
                        Assert.Equal(
                            Allocate(model, owner, second, null), WithDirectory(data, leases => Allocate(leases, owner, second, null)));
                        break;
                    case 2:
                        IpNumber wanted = new(IpNumber.Parse("10.1.2.0").Value + (uint)(step & 7), false);
                        Assert.Equal(
                            Allocate(model, owner, false, wanted), WithDirectory(data, leases => Allocate(leases, owner, false, wanted)));
                        break;
                    default:
                        List<IpNumber> held = [.. model.Leases.Where(l => l.Value == owner).Select(l => l.Key)];
                        held.ForEach(address => model.Leases.Remove(address));
                        Assert.Equal(held.Count, WithDirectory(data, leases => leases.Release(owner)));
                        break;
                }
                AssertSame(model, data);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public void No_address_has_two_owners_when_another_implementation_writes_in_between()
    {
        Prop.ForAll<byte[]>(steps =>
        {
            using TemporaryDataDir data = new();
            Dictionary<string, string> owners = [];
            for (int i = 0; i < steps.Length; i++)
            {
                string address = $"10.1.2.{steps[i] % 7}";
                if (steps[i] >= 128)
                {
                    // Creates exclusively, as the other implementation does.
                    if (owners.TryAdd(address, $"foreign{i}"))
                        data.WriteForeign(address, $"foreign{i}\r\neth0");
                }
                else if (steps[i] >= 96 && owners.Remove(address))
                    File.Delete($"{data.NetworkPath}/{address}");
                else
                {
                    string given = WithDirectory(data, leases => Allocate(leases, new LeaseOwner($"own{i}", "eth0"), false, null));
                    if (!given.StartsWith("no IP", StringComparison.Ordinal))
                        owners.Add(given, $"own{i}");
                }
            }
            if (Directory.Exists(data.NetworkPath))
                Assert.Equal(owners.Keys.Order(StringComparer.Ordinal), data.Addresses());
            Assert.All(owners, pair => Assert.Equal($"{pair.Value}\r\neth0", data.Read(pair.Key)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    private static string Allocate(ILeaseStore store, LeaseOwner owner, bool second, IpNumber? wanted)
    {
        try
        {
            return new RangeAllocator(second ? SecondPool : Pool, store, second ? 1 : 0).Allocate(owner, wanted).Address.ToString();
        }
        catch (IpamException e)
        {
            return e.Message;
        }
    }

    private static T WithDirectory<T>(TemporaryDataDir data, Func<LeaseDirectory, T> use)
    {
        using LeaseDirectory leases = data.Open();
        return use(leases);
    }

    private static void AssertSame(MemoryLeaseStore model, TemporaryDataDir data)
    {
        Assert.Equal(model.Leases.Keys.Select(a => a.ToString()).Order(StringComparer.Ordinal), data.Addresses());
        Assert.All(model.Leases, lease => Assert.Equal($"{lease.Value.ContainerId}\r\n{lease.Value.IfName}", data.Read(lease.Key.ToString())));
        string[] index = [.. model.Leases.GroupBy(l => l.Value).Select(g => $"{g.Key.ContainerId}:{g.Key.IfName}").Order(StringComparer.Ordinal)];
        Assert.Equal(index, data.Index().Select(line => line[..line.IndexOf(" -> ", StringComparison.Ordinal)]));
    }
}
