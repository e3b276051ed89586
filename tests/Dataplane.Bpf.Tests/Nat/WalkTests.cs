using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Model;
using Dataplane.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace Dataplane.Bpf.Tests.Nat;

/// <summary>Any sequence of packets has the outcome that it has in the model.</summary>
[Collection(NatCollection.Name)]
public sealed class WalkTests(NatNode node)
{
    [NeedsFact(Needs.Namespaces)]
    public void Random_walks_do_what_the_model_does()
    {
        Prop.ForAll(Steps.Walks(60), steps =>
        {
            var walk = new Walk(node);
            foreach (Step step in steps)
            {
                walk.Take(step);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    /// <summary>Long ones fill every port.</summary>
    [NeedsFact(Needs.Namespaces)]
    public void Long_walks_do_what_the_model_does()
    {
        Prop.ForAll(Steps.Walks(600), steps =>
        {
            var walk = new Walk(node);
            foreach (Step step in steps)
            {
                walk.Take(step);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(4));
    }
}
