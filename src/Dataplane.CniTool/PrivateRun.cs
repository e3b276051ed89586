using Dataplane.Cni;
using Dataplane.Cni.Runtime;
using Dataplane.Interop;

namespace Dataplane.CniTool;

/// <summary>Runs a command in a namespace of its own that is attached to networks for as long as it runs.</summary>
/// <param name="runtime">What attaches.</param>
/// <param name="settings">The environment.</param>
/// <param name="tell">Says what went wrong.</param>
internal sealed class PrivateRun(CniRuntime runtime, Settings settings, Action<string> tell)
{
    private const int NotFound = 127;
    private const int NotRunnable = 126;
    private const int SignalBase = 128;

    /// <summary>Runs it.</summary>
    /// <param name="names">The networks, in the order of their interfaces.</param>
    /// <param name="command">The command and its arguments.</param>
    /// <returns>The exit status.</returns>
    /// <exception cref="CniException">A network is unknown; nothing has been done then.</exception>
    public int Run(IReadOnlyList<string> names, IReadOnlyList<string> command)
    {
        var networks = new List<NetworkList>(names.Count);
        for (int i = 0; i < names.Count; i++)
        {
            networks.Add(NetworkDirectory.Find(settings.NetworkDirectory, names[i]));
        }
        JsonView capabilities = settings.CapabilityArgs();
        IReadOnlyList<KeyValuePair<string, string>> args = settings.Args();
        Termination.CatchHangup();
        using var space = PrivateNamespace.Create();
        string containerId = ContainerId();
        var attachments = new List<RuntimeAttachment>(names.Count);
        int status;
        try
        {
            for (int i = 0; i < networks.Count && Termination.Caught == 0; i++)
            {
                // Before the ADD: one that fails may have done a part, which its DEL undoes.
                attachments.Add(new RuntimeAttachment
                {
                    ContainerId = containerId,
                    NetnsPath = space.Path,
                    IfName = $"eth{i}",
                    Args = args,
                    CapabilityArgs = capabilities,
                });
                _ = runtime.Add(networks[i], attachments[i]);
            }
            status = Termination.Caught == 0 ? Command(space, command) : SignalBase + Termination.Caught;
        }
        catch (CniException e)
        {
            tell($"{e}\n");
            status = Termination.Caught == 0 ? 1 : SignalBase + Termination.Caught;
        }
        // What is started from here on cleans up: the signal was for the command.
        Termination.Acknowledge();
        for (int i = attachments.Count - 1; i >= 0; i--)
        {
            status = Detach(networks[i], attachments[i]) || status != 0 ? status : 1;
        }
        return status;
    }

    private int Command(PrivateNamespace space, IReadOnlyList<string> command)
    {
        try
        {
            return WaitStatus.ShellStatus(space.Start(command, ChildEnvironment.Merge([])).Wait());
        }
        catch (LinuxException e) when (e.Operation == "exec")
        {
            tell($"cnitool: {e.Subject}: {Errno.Text(e.Errno)}\n");
            return e.Errno == Errno.ENOENT ? NotFound : NotRunnable;
        }
    }

    private bool Detach(NetworkList network, RuntimeAttachment attachment)
    {
        try
        {
            runtime.Del(network, attachment);
            return true;
        }
        catch (CniException e)
        {
            tell($"{e}\n");
            return false;
        }
    }

    // Not of the namespace's path, as elsewhere: that comes again with the process id.
    private static string ContainerId()
    {
        Span<byte> random = stackalloc byte[10];
        KernelRandom.Fill(random);
        return $"cnitool-{Convert.ToHexStringLower(random)}";
    }
}
