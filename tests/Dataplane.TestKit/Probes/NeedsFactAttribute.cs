using Xunit;

namespace Dataplane.TestKit;

/// <summary>A fact that is skipped, with the probe's sentence, where the machine lacks something.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsFactAttribute : FactAttribute
{
    public NeedsFactAttribute(Needs needs) => Skip = Probe.Missing(needs);
}

/// <summary>A theory that is skipped, with the probe's sentence, where the machine lacks something.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsTheoryAttribute : TheoryAttribute
{
    public NeedsTheoryAttribute(Needs needs) => Skip = Probe.Missing(needs);
}
