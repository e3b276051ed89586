using Xunit;

namespace Dataplane.Node.Tests.Limits;

/// <summary>A bed with a bridge, which the cells share; and by rate, a pod that is limited to it both ways.</summary>
public sealed class LimitFixture : IDisposable
{
    private readonly Lazy<LimitBed> _bed = new(static () => new LimitBed("bridge"));
    private readonly Dictionary<long, LimitedPod> _pods = [];

    public LimitBed Bed => _bed.Value;

    /// <summary>The pod of a rate; made when the first cell wants it.</summary>
    public LimitedPod At(long rate) => _pods.TryGetValue(rate, out LimitedPod? pod) ? pod : _pods[rate] = Bed.AttachLimited(LimitBed.Both(rate));

    public void Dispose()
    {
        if (_bed.IsValueCreated)
        {
            _bed.Value.Dispose();
        }
    }
}

/// <summary>What measures rates: one after the other, and after everything that may run at once.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneByOne : ICollectionFixture<LimitFixture>
{
    public const string Name = "limits, one by one";
}
