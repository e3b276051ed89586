using Xunit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>Makes a bed when the first test wants it (none does where all are skipped), and takes it apart after the last.</summary>
public abstract class MatrixFixture : IDisposable
{
    private readonly Lazy<MatrixBed> _bed;

    protected MatrixFixture(string plugin) => _bed = new Lazy<MatrixBed>(() =>
    {
        var bed = new MatrixBed(plugin);
        Prepare(bed);
        return bed;
    });

    public MatrixBed Bed => _bed.Value;

    /// <summary>Conntrack is active: it puts fragments together, and drops what is invalid, before our programs at the uplink see it.</summary>
    public virtual bool HasNetfilter => false;

    /// <summary>Whatever else there is on the node.</summary>
    public virtual void Prepare(MatrixBed bed)
    {
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (_bed.IsValueCreated)
        {
            _bed.Value.Dispose();
        }
    }
}

/// <summary>A bridge, and nothing of netfilter.</summary>
public sealed class BridgeFixture() : MatrixFixture("bridge");

/// <summary>Routed pods, and nothing of netfilter.</summary>
public sealed class PtpFixture() : MatrixFixture("ptp");

/// <summary>A bridge beside kube-proxy's rules.</summary>
public sealed class BridgeBesideNetfilterFixture() : MatrixFixture("bridge")
{
    public override bool HasNetfilter => true;

    public override void Prepare(MatrixBed bed) => KubeProxy.Install(bed.Host, bed.Server);
}

/// <summary>Routed pods beside kube-proxy's tables of nftables.</summary>
public sealed class PtpBesideNetfilterFixture() : MatrixFixture("ptp")
{
    public override bool HasNetfilter => true;

    public override void Prepare(MatrixBed bed) => KubeProxy.InstallNft(bed.Host, bed.Server);
}

[CollectionDefinition(Name)]
public sealed class OnBridge : ICollectionFixture<BridgeFixture>
{
    public const string Name = "on a bridge";
}

[CollectionDefinition(Name)]
public sealed class Routed : ICollectionFixture<PtpFixture>
{
    public const string Name = "routed";
}

[CollectionDefinition(Name)]
public sealed class OnBridgeBesideNetfilter : ICollectionFixture<BridgeBesideNetfilterFixture>
{
    public const string Name = "on a bridge, beside netfilter";
}

[CollectionDefinition(Name)]
public sealed class RoutedBesideNetfilter : ICollectionFixture<PtpBesideNetfilterFixture>
{
    public const string Name = "routed, beside netfilter";
}
