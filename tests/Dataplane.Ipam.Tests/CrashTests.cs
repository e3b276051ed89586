using System.Text.RegularExpressions;
using Dataplane.TestKit;

namespace Dataplane.Ipam.Tests;

/// <summary>A process killed before any of the system calls it makes on the directory leaves every address usable.</summary>
public class CrashTests
{
    private const string Subnet = "10.1.2.0/29";
    private const int PoolSize = 5;

    // On these calls the process is killed, each time one later. Calls that only read change nothing and need no turn of their own.
    private static readonly string[] Calls =
        ["openat", "write", "close", "flock", "mkdirat", "symlinkat", "renameat2", "ftruncate", "unlinkat", "utimensat"];

    [NeedsFact(Needs.Strace)]
    public void Killed_while_adding()
    {
        int kills = 0;
        foreach (string call in Calls)
        {
            for (int when = 1; ; when++)
            {
                using TemporaryDataDir data = new();
                Prepare(data);
                if (!RunKilled(data, call, when, "add", data.Path, Subnet, "victim"))
                    break;
                kills++;
                AssertUsable(data, $"add killed at {call} {when}");
            }
        }
        // Every call of the list that an ADD makes was hit at least once.
        Assert.True(kills >= 15, $"only {kills} kills");
    }

    [NeedsFact(Needs.Strace)]
    public void Killed_while_deleting()
    {
        int kills = 0;
        foreach (string call in Calls)
        {
            for (int when = 1; ; when++)
            {
                using TemporaryDataDir data = new();
                Prepare(data);
                Worker.Add(data.Path, Subnet, new LeaseOwner("victim", "eth0"));
                if (!RunKilled(data, call, when, "del", data.Path, "victim"))
                    break;
                kills++;
                AssertUsable(data, $"del killed at {call} {when}");
            }
        }
        Assert.True(kills >= 6, $"only {kills} kills");
    }

    // One lease of somebody else, and one written by another implementation, so that the index has to be rebuilt as well.
    private static void Prepare(TemporaryDataDir data)
    {
        Worker.Add(data.Path, Subnet, new LeaseOwner("bystander", "eth0"));
        data.WriteForeign("10.1.2.6", "foreign\r\neth0");
    }

    /// <returns>False when the process ended before it made that many calls on the directory.</returns>
    private static bool RunKilled(TemporaryDataDir data, string call, int when, params string[] args)
    {
        string[] names = ["", "/lock", "/.dataplane", "/.dataplane/owners", "/.dataplane/new", "/last_reserved_ip.0",
            .. Enumerable.Range(2, PoolSize).Select(i => $"/10.1.2.{i}")];
        List<string> strace = ["strace", "-f", "-qq", "-o", "/dev/null"];
        foreach (string name in names)
            strace.AddRange(["-P", data.NetworkPath + name]);
        strace.AddRange(["-e", $"trace={call}", "-e", $"inject={call}:signal=KILL:when={when}"]);
        (int exit, string output) = Worker.Run(strace, args);
        Assert.True(exit is 0 or 137, $"{call} {when}: exit {exit}: {output}");
        return exit != 0;
    }

    private static void AssertUsable(TemporaryDataDir data, string when)
    {
        // Whatever has an address's name is a whole lease.
        foreach (string address in data.Addresses())
            Assert.True(Regex.IsMatch(data.Read(address), "^(victim|bystander|foreign)\r\neth0$"), $"{when}: {address} holds \"{data.Read(address)}\"");

        int held = Worker.Del(data.Path, new LeaseOwner("victim", "eth0"));
        Assert.True(held <= 1, when);
        Assert.Equal(0, Worker.Del(data.Path, new LeaseOwner("victim", "eth0")));
        for (int i = 0; i < PoolSize - 2; i++)
            Worker.Add(data.Path, Subnet, new LeaseOwner($"after{i}", "eth0"));
        Assert.Equal(["10.1.2.2", "10.1.2.3", "10.1.2.4", "10.1.2.5", "10.1.2.6"], data.Addresses());
        Assert.Equal(("bystander\r\neth0", "foreign\r\neth0"), (data.Read("10.1.2.2"), data.Read("10.1.2.6")));
        Assert.Equal(1, Worker.Del(data.Path, new LeaseOwner("foreign", "eth0")));
    }
}
