using Dataplane.Abi;

namespace Dataplane.Bpf.Tests.Library;

/// <summary>The bit that says whether conntrack was there at the load is no part of the build.</summary>
public sealed class BuildIdTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_row_is_of_the_build_that_wrote_it_with_and_without_conntrack(bool conntrack)
    {
        var row = new NodeRow { Abi = AbiVersion.Current, Build = BuildId.Current.With(conntrack) };

        Assert.True(BuildId.Current.IsOf(row));
        Assert.Equal(NodePrograms.ThisBuild.ToArray(), BuildId.HashOf(row));
    }

    [Fact]
    public void A_row_of_another_build_has_another_hash()
    {
        var row = new NodeRow { Abi = AbiVersion.Current, Build = BuildId.OfTest(1).With(conntrack: true) };

        Assert.False(BuildId.Current.IsOf(row));
        Assert.NotEqual(NodePrograms.ThisBuild.ToArray(), BuildId.HashOf(row));
    }
}
