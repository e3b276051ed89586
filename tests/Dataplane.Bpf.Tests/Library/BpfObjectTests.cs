using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Library;

/// <summary>Both forms of from_pod load: the full one, and the one for kernels that lack its kfuncs.</summary>
public sealed class BpfObjectTests
{
    [NeedsTheory(Needs.Namespaces)]
    [InlineData("from_pod", "from_pod")]
    [InlineData("from_pod", "from_pod_plain")]
    [InlineData("to_pod", "to_pod")]
    public void A_chosen_program_is_loaded_and_no_other(string name, string program)
    {
        using BpfObject opened = BpfObject.Open(name);

        Assert.True(opened.Choose(program));
        BpfLoadException? refused = opened.TryLoad();

        Assert.True(refused is null, refused?.Log);
        Assert.Equal([program], opened.Programs().Where(p => p.Fd >= 0).Select(p => p.Name));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_program_that_is_not_there_cannot_be_chosen()
    {
        using BpfObject opened = BpfObject.Open("to_pod");

        Assert.False(opened.Choose("to_pod_plain"));
    }
}
