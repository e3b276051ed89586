using Dataplane.TestKit;

namespace Dataplane.CniTool.Tests;

/// <summary>A theory with the same needs as <see cref="ToolFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolTheoryAttribute : TheoryAttribute
{
    public ToolTheoryAttribute(Needs needs = Needs.Namespaces, bool oracle = false) => Skip = ToolFactAttribute.Missing(needs, oracle);
}
