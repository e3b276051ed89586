using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Beds;

/// <summary>A node with an uplink, containers that stay, and one that comes and goes.</summary>
internal sealed class ChainBed(Side side) : IDisposable
{
    // A bridge takes 1023 ports, and a namespace's devices are looked up by name: both get fewer.
    private const int PerBridge = 1000;
    private const int FirstPort = 20000;
    private Bed? _bed;
    private Chain? _measured;

    /// <summary>Makes the node and attaches those that stay.</summary>
    /// <param name="beside">How many; each with an interface, a lease, masquerade and a mapping of its own.</param>
    public void Setup(int beside)
    {
        _bed = new Bed(side);
        _ = _bed.AddOutside();
        // The bridge is there, as on a node at work.
        new Chain(_bed, "cni0", "10.90.0.0/16", "stays", _bed.Add("stays"), "eth0", (8080, "tcp")).Add();
        for (int i = 0, netns = 0; i < beside; netns++)
        {
            // One namespace for many: to the plugins and the node it makes no difference, and namespaces take long to make.
            string path = _bed.AddQuiet($"beside{netns}");
            for (int end = Math.Min(i + PerBridge, beside); i < end; i++)
            {
                new Chain(_bed, $"cni{netns + 1}", $"10.{91 + netns}.0.0/16", $"beside{i}", path, $"e{i}", (FirstPort + i, "tcp")).Add();
            }
        }

        _measured = new Chain(_bed, "cni0", "10.90.0.0/16", "comes-and-goes", _bed.Add("pod"), "eth0", (8081, "tcp"));
    }

    public Measured Add() => new(1, _measured!.Add());

    public Measured Del() => new(1, _measured!.Del());

    public void Dispose() => _bed?.Dispose();
}
