using System.Diagnostics;

namespace Dataplane.Ipam.Tests;

public class ParallelProcessTests
{
    private const int Processes = 32;
    private const int AddressesEach = 7;

    [Fact]
    public void Thirty_two_processes_share_a_pool_without_giving_an_address_twice()
    {
        using TemporaryDataDir data = new();
        Process[] workers = [.. Enumerable.Range(0, Processes)
            .Select(i => Worker.Start([], "churn", data.Path, "10.8.0.0/24", $"p{i}", AddressesEach.ToString()))];
        Dictionary<string, string> owners = [];
        foreach (Process worker in workers)
        {
            using (worker)
            {
                string output = worker.StandardOutput.ReadToEnd();
                string errors = worker.StandardError.ReadToEnd();
                worker.WaitForExit();
                Assert.True(worker.ExitCode == 0, errors);
                foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    owners.Add(line.Split(' ')[0], line.Split(' ')[1]);
            }
        }
        Assert.Equal(Processes * ((AddressesEach + 1) / 2), owners.Count);
        Assert.Equal(owners.Keys.Order(StringComparer.Ordinal), data.Addresses());
        Assert.All(owners, pair => Assert.Equal($"{pair.Value}\r\neth0", data.Read(pair.Key)));
        Assert.Equal(
            owners.Select(pair => $"{pair.Value}:eth0 -> {pair.Key}").Order(StringComparer.Ordinal), data.Index());
    }
}
