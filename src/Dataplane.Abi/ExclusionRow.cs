using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>A row of the map <c>exclusions</c> (<c>struct dp_exclusion</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ExclusionRow
{
    /// <summary>The endpoint's <see cref="Endpoint.Generation"/>; a row of another generation is dead.</summary>
    public uint Generation;
}
