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
