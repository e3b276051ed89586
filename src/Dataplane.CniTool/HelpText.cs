namespace Dataplane.CniTool;

/// <summary>What "cnitool help" says.</summary>
internal static class HelpText
{
    private const string General = """
        cnitool attaches a network namespace to the networks of a node, as a container runtime does.

        Usage:
          cnitool add     <network> <netns>         attaches the namespace, prints the result
          cnitool check   <network> <netns>         fails unless the attachment is as it was made
          cnitool del     <network> <netns>         detaches the namespace
          cnitool gc      <network> <netns>         detaches everything that is remembered of the network, whatever the namespace
          cnitool status  <network> <netns>         fails unless the network's plugins can serve an add
          cnitool exec    <network>[,<network>…] -- <command> [<argument>…]
                                                    runs a command in a private namespace, attached to the networks as eth0, eth1, …
          cnitool version [<network>]               this program's version, or the versions of a network's plugins
          cnitool help    [<verb>]

        Options:
          -i, --ifname <name>   the interface's name in the namespace (else CNI_IFNAME, else eth0)
              --timing          the time of each plugin on standard error (also CNITOOL_TIMING=1)
          -h, --help

        Environment:
          NETCONFPATH   directory of the networks, default /etc/cni/net.d
          CNI_PATH      directories of the plugins, separated by ':'; no default
          CNI_ARGS      arguments for the plugins: KEY=value;KEY=value
          CAP_ARGS      values of capabilities, a JSON object: {"portMappings": [{"hostPort": 8080, "containerPort": 80}]}

        Exit status: 0, or 1 and the reason on standard error; of exec the command's.

        """;

    private const string Exec = """
        cnitool exec <network>[,<network>…] -- <command> [<argument>…]

        Makes a network namespace with lo up, attaches it to the networks in order as eth0, eth1, …, runs the command in it, and detaches it again, also when
        the command fails or a signal ends it or this program. SIGTERM, SIGINT and SIGHUP are passed on to the command. Files and processes stay the machine's.

        Exit status: the command's, 128 and the signal's number when a signal ended it; 127 or 126 when it cannot be found or run; 1 when a network could not be
        attached, or, after a command that succeeded, not detached.

        """;

    /// <summary>The help of a verb, or of all.</summary>
    /// <param name="verb">The verb; empty for none.</param>
    public static string Of(string verb) => verb == "exec" ? Exec : General;

    /// <summary>The one line that says how a verb is used.</summary>
    /// <param name="verb">The verb; empty or unknown for none.</param>
    public static string Usage(string verb) => verb switch
    {
        "add" or "check" or "del" or "gc" or "status" => $"Usage: cnitool {verb} <network> <netns>\n",
        "exec" => "Usage: cnitool exec <network>[,<network>…] -- <command> [<argument>…]\n",
        "version" => "Usage: cnitool version [<network>]\n",
        _ => "Run 'cnitool help' for usage.\n",
    };
}
