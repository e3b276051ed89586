namespace Dataplane.Bpf.Tests.Bed;

/// <summary>Tests that share the limited pod, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class LimitCollection : ICollectionFixture<LimitNode>
{
    public const string Name = "limit";
}
