using Dataplane.Interop;
using Dataplane.Netlink.Netfilter;

namespace Dataplane.Engine;

/// <summary>What all removals of the reference's leftovers share.</summary>
internal static class Leftovers
{
    // Each is lost to a change that somebody else made at that moment; kube-proxy makes a few a second at most.
    private const int Attempts = 50;

    /// <summary>Runs pieces of work; one that fails is told, and fails nothing else: a leftover must not keep a container from starting or ending.</summary>
    public static void Guard(ILog log, params ReadOnlySpan<Action> work)
    {
        foreach (Action piece in work)
        {
            try
            {
                piece();
            }
#pragma warning disable CA1031 // Whatever it is, the call goes on.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.Warn("what the reference plugins left could not be removed, the next DEL tries again: " + e.Message);
            }
        }
    }

    /// <summary>Decides and commits, until the rule set was the same all the while.</summary>
    /// <param name="nft">The socket.</param>
    /// <param name="decide">Fills the batch; an empty one means that there is nothing to do.</param>
    /// <returns>Whether something was deleted.</returns>
    public static bool Commit(NftSocket nft, Action<NftBatch> decide)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            var batch = new NftBatch(nft.Generation());
            decide(batch);
            if (batch.Count == 0)
            {
                return false;
            }

            if (nft.TryCommit(batch))
            {
                return true;
            }
        }

        throw new LinuxException("commit", "nf_tables", Errno.EAGAIN);
    }
}
