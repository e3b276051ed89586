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

    /// <summary>Whatever else there is on the node.</summary>
    protected virtual void Prepare(MatrixBed bed)
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
    protected override void Prepare(MatrixBed bed) => KubeProxy.Install(bed);
}

/// <summary>Routed pods beside kube-proxy's rules.</summary>
public sealed class PtpBesideNetfilterFixture() : MatrixFixture("ptp")
{
    protected override void Prepare(MatrixBed bed) => KubeProxy.Install(bed);
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
