using System.Diagnostics;

namespace Dataplane.Ipam.Tests;

/// <summary>One process that allocates and releases, started by the tests: <c>dotnet exec Dataplane.Ipam.Tests.dll add …</c></summary>
public static class Worker
{
    public static int Main(string[] args)
    {
        string command = args[0];
        string dataDir = args[1];
        switch (command)
        {
            case "add":
                Console.WriteLine(Add(dataDir, args[2], new LeaseOwner(args[3], "eth0")));
                return 0;
            case "del":
                Del(dataDir, new LeaseOwner(args[2], "eth0"));
                return 0;
            case "churn":
                return Churn(dataDir, args[2], args[3], int.Parse(args[4]));
            default:
                return 2;
        }
    }

    internal static string Add(string dataDir, string subnet, LeaseOwner owner)
    {
        using LeaseDirectory leases = LeaseDirectory.Open(dataDir, TemporaryDataDir.Network);
        return new RangeAllocator(RangeTests.Set(RangeTests.Spec(subnet)), leases, 0).Allocate(owner).Address.ToString();
    }

    internal static int Del(string dataDir, LeaseOwner owner)
    {
        using LeaseDirectory? leases = LeaseDirectory.TryOpen(dataDir, TemporaryDataDir.Network);
        return leases?.Release(owner) ?? 0;
    }

    /// <summary>Takes <paramref name="count"/> addresses, gives every second one back at once, and says which it kept.</summary>
    private static int Churn(string dataDir, string subnet, string prefix, int count)
    {
        for (int i = 0; i < count; i++)
        {
            LeaseOwner owner = new($"{prefix}-{i}", "eth0");
            string address = Add(dataDir, subnet, owner);
            if (i % 2 == 0)
                Console.WriteLine($"{address} {owner.ContainerId}");
            else if (Del(dataDir, owner) != 1)
                return 1;
        }
        return 0;
    }

    /// <summary>How to start a worker, under a tracer's command line or not.</summary>
    internal static Process Start(IEnumerable<string> tracer, params string[] args)
    {
        List<string> line = [.. tracer, Environment.ProcessPath!, "exec", typeof(Worker).Assembly.Location, .. args];
        // The test host is dotnet, or an apphost of its own; then dotnet is found by its path.
        if (!Path.GetFileName(Environment.ProcessPath!).Equals("dotnet", StringComparison.Ordinal))
            line[line.Count - args.Length - 3] = "dotnet";
        ProcessStartInfo start = new(line[0], line[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>Runs a worker to its end.</summary>
    internal static (int Exit, string Output) Run(IEnumerable<string> tracer, params string[] args)
    {
        using Process process = Start(tracer, args);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
