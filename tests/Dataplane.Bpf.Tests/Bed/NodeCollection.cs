namespace Dataplane.Bpf.Tests.Bed;

/// <summary>Tests that share the loaded programs, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class NodeCollection : ICollectionFixture<Node>
{
    public const string Name = "node";
}
