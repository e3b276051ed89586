using System.Text;
using Dataplane.Interop;

namespace Dataplane.Engine;

/// <summary>Which interface of which container: what ADD and DEL name an attachment by.</summary>
/// <param name="ContainerId">CNI_CONTAINERID: letters, digits, '_', '.', '-'; of any length.</param>
/// <param name="IfName">CNI_IFNAME: no '/', ':' or white space, at most 15 bytes.</param>
public readonly record struct AttachmentId(string ContainerId, string IfName)
{
    // NAME_MAX is 255 bytes; an interface name takes 15 and the colon one.
    private const int LongestReadableId = 200;

    /// <summary>
    /// The name of the record's file: "<c>id:ifname</c>". No id has a colon, so no two attachments share a name; an id that is too
    /// long for a file name is there by its SHA-256.
    /// </summary>
    public string FileName => ContainerId.Length <= LongestReadableId ? $"{ContainerId}:{IfName}" : $"sha256-{Hash(ContainerId)}:{IfName}";

    /// <summary>What the map row of the endpoint carries: the first 8 bytes of SHA-256("id\0ifname"), as the machine orders a number.</summary>
    public ulong Owner => BitConverter.ToUInt64(Sha256.Hash(Encoding.UTF8.GetBytes($"{ContainerId}\0{IfName}")));

    /// <summary>"id:ifname", for messages.</summary>
    public override string ToString() => $"{ContainerId}:{IfName}";

    private static string Hash(string text) => Convert.ToHexStringLower(Sha256.Hash(Encoding.UTF8.GetBytes(text)));
}
