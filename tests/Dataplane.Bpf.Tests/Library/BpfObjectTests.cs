using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Library;

/// <summary>Both forms of an object load: the full one, and the one for kernels that lack what it names.</summary>
public sealed class BpfObjectTests
{
    public static TheoryData<string> Objects => [.. NodeLoader.Objects];

    [NeedsTheory(Needs.Namespaces)]
    [MemberData(nameof(Objects))]
    public void An_object_is_loaded_with_its_full_programs(string name)
    {
        using BpfObject opened = BpfObject.Open(name);
        BpfLoadException? refused = opened.TryLoad();
        Assert.True(refused is null, refused?.Log);
        string[] loaded = Loaded(opened);
        Assert.NotEmpty(loaded);
        Assert.Equal(loaded, loaded.Select(BpfObject.PinName));
    }

    [NeedsTheory(Needs.Namespaces)]
    [MemberData(nameof(Objects))]
    public void A_plain_twin_takes_the_place_of_its_full_program(string name)
    {
        using BpfObject full = BpfObject.Open(name);
        Assert.Null(full.TryLoad());
        using BpfObject plain = BpfObject.Open(name);
        bool any = plain.ChooseTwins();
        BpfLoadException? refused = plain.TryLoad();
        Assert.True(refused is null, refused?.Log);
        string[] twins = [.. plain.Programs().Select(p => p.Name).Where(n => BpfObject.PinName(n) != n)];
        Assert.Equal(twins.Length > 0, any);
        Assert.Equal(Loaded(full).Order(), Loaded(plain).Select(BpfObject.PinName).Order());
        Assert.Superset(twins.ToHashSet(), Loaded(plain).ToHashSet());
    }

    [Fact]
    public void From_pod_has_a_twin_and_to_pod_has_none()
    {
        using BpfObject fromPod = BpfObject.Open("from_pod"), toPod = BpfObject.Open("to_pod");
        Assert.True(fromPod.ChooseTwins());
        Assert.False(toPod.ChooseTwins());
    }

    private static string[] Loaded(BpfObject opened) => [.. opened.Programs().Where(p => p.Fd >= 0).Select(p => p.Name)];
}
