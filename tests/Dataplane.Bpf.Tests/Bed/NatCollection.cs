namespace Dataplane.Bpf.Tests.Bed;

/// <summary>Tests that share the translating node, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class NatCollection : ICollectionFixture<NatNode>
{
    public const string Name = "nat";
}
