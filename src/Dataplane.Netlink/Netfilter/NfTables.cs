using System.Text;

namespace Dataplane.Netlink.Netfilter;

/// <summary>
/// Whether the kernel has nf_tables at the moment. Where it is a module, the first message to its netlink subsystem makes the kernel run
/// modprobe (nfnetlink_rcv_msg, request_module "nfnetlink-subsys-10"), and so does the socket itself ("net-pf-16-proto-12"): a node
/// that has no netfilter must not get it by being asked.
/// </summary>
public static class NfTables
{
    /// <summary>Whether it can be asked without loading anything.</summary>
    public static bool IsPresent() => IsPresent("");

    /// <summary>
    /// Asks for the number of tracked connections and does not wait for the answer: the kernel loads connection tracking to give it,
    /// if it has it as a module ("nfnetlink-subsys-1").
    /// </summary>
    public static void LoadConntrack()
    {
        using NftSocket socket = NftSocket.Open();
        socket.AskForConntrack();
    }

    internal static bool IsPresent(string root)
    {
        // A module that is loaded. Nearly every node ends here.
        if (Directory.Exists(root + "/sys/module/nf_tables"))
        {
            return true;
        }

        // Every rule that is looked for translates, which needs connection tracking.
        if (!File.Exists(root + "/proc/sys/net/netfilter/nf_conntrack_count"))
        {
            return false;
        }

        // A kernel without modules loads none.
        if (!File.Exists(root + "/proc/modules"))
        {
            return true;
        }

        // Part of the kernel (which /sys/module does not show), or a module that is not loaded: the kernel's own list knows. Without
        // the list there are no modules for modprobe to find either.
        try
        {
            string release = Encoding.ASCII.GetString(File.ReadAllBytes(root + "/proc/sys/kernel/osrelease")).TrimEnd();
            return File.ReadAllBytes(string.Concat(root, "/lib/modules/", release, "/modules.builtin")).AsSpan().IndexOf("/nf_tables.ko"u8) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
