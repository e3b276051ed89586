using System.Text;

namespace Dataplane.Ipam;

/// <summary>What a lease file says. Written: <c>containerID CR LF ifname</c>; older files hold the container's id alone.</summary>
internal static class LeaseContent
{
    /// <summary>More than any lease has: a longer file is not one.</summary>
    internal const int MaxLength = 4096;

    private const string LineBreak = "\r\n";

    internal static byte[] Format(LeaseOwner owner) => Encoding.UTF8.GetBytes(owner.ContainerId.Trim() + LineBreak + owner.IfName);

    /// <summary>
    /// Reads a lease file's content. Nothing, or nothing but white space and NULs, is what a crash or a power loss leaves of a file
    /// that was being written (<see cref="LeaseKind.Torn"/>). Text that cannot be a container's id is somebody's own way to keep an
    /// address out of the pool (<see cref="LeaseKind.Foreign"/>).
    /// </summary>
    internal static LeaseKind Parse(ReadOnlySpan<byte> content, out LeaseOwner owner)
    {
        owner = default;
        string text = Encoding.UTF8.GetString(content).Trim();
        if (text.AsSpan().Trim("\0 \t\r\n").IsEmpty)
            return LeaseKind.Torn;
        int end = text.IndexOf(LineBreak, StringComparison.Ordinal);
        string id = end < 0 ? text : text[..end];
        string ifName = end < 0 ? "" : text[(end + LineBreak.Length)..];
        if (content.Length >= MaxLength || !IsName(id) || (end >= 0 && !IsName(ifName)))
            return LeaseKind.Foreign;
        owner = new LeaseOwner(id, ifName);
        return LeaseKind.Owned;
    }

    /// <summary>Whether this can be a container's id or an interface's name.</summary>
    internal static bool IsName(string text)
    {
        foreach (char c in text)
        {
            if (char.IsWhiteSpace(c) || c is '/' or ':' or '\0')
                return false;
        }
        return text.Length > 0;
    }
}
