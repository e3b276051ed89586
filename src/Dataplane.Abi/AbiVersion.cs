namespace Dataplane.Abi;

/// <summary>The version of the kernel/user contract (<c>DP_ABI_VERSION</c> of <c>dataplane/abi.h</c>).</summary>
/// <remarks>
/// Maps are pinned below <c>v&lt;version&gt;</c>, so programs and processes of different versions never share one.
/// The types of this project are the C# twins of that header and of those it includes. A twin is named as its C type or member is, in
/// PascalCase and without the <c>dp_</c> prefix (enumerators: without the prefix that their enum's members share);
/// a flags enum is plural, and a row whose C name is that of a noun ends in <c>Row</c>. A test compares them with
/// the BTF of the compiled objects, both ways.
/// </remarks>
public static class AbiVersion
{
    /// <summary>The version that this assembly was written for.</summary>
    public const uint Current = 4;
}
