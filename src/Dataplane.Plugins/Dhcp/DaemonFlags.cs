using Dataplane.Dhcp;

namespace Dataplane.Plugins;

/// <summary>The flags of "dhcp daemon": the reference's, with one or two dashes, the value behind "=" or in the next word.</summary>
internal sealed class DaemonFlags
{
    /// <summary>What is printed for a flag that is none.</summary>
    public const string Usage = """
        Usage of daemon:
          -broadcast
            	broadcast DHCP leases
          -hostprefix string
            	optional prefix to host root
          -pidfile string
            	optional path to write daemon PID to
          -resendmax duration
            	optional dhcp client resend max duration (default 1m2s)
          -resendtimeout duration
            	optional dhcp client resend timeout, no more retries after this timeout (default 3m28s)
          -socketpath string
            	optional dhcp server socketpath
          -timeout duration
            	optional dhcp client timeout duration (default 10s)
        """;

    private DaemonFlags()
    {
    }

    /// <summary>Where the daemon's process id is written; empty: nowhere.</summary>
    public string PidFile { get; private set; } = "";

    /// <summary>What stands before the socket's path and those of namespaces.</summary>
    public string HostPrefix { get; private set; } = "";

    /// <summary>Where it listens.</summary>
    public string SocketPath { get; private set; } = "/run/cni/dhcp.sock";

    /// <summary>How patient it is with servers.</summary>
    public ClientSettings Settings { get; private set; } = new();

    /// <summary>Reads them.</summary>
    /// <param name="arguments">What stands behind "daemon".</param>
    /// <exception cref="FormatException">What the reference says; empty: help is asked for.</exception>
    public static DaemonFlags Parse(ReadOnlySpan<string> arguments)
    {
        var flags = new DaemonFlags();
        while (!arguments.IsEmpty && arguments[0] is ['-', _, ..] word && word != "--")
        {
            arguments = arguments[1..];
            string flag = word.TrimStart('-');
            int equals = flag.IndexOf('=', StringComparison.Ordinal);
            string? value = equals < 0 ? null : flag[(equals + 1)..];
            flag = equals < 0 ? flag : flag[..equals];
            if (flag == "broadcast")
            {
                flags.Settings = flags.Settings with { Broadcast = Bool(value) };
                continue;
            }

            RequireKnown(flag);
            if (value is null && arguments.IsEmpty)
            {
                throw new FormatException($"flag needs an argument: -{flag}");
            }

            if (value is null)
            {
                value = arguments[0];
                arguments = arguments[1..];
            }

            flags.Set(flag, value);
        }

        return flags;
    }

    private static void RequireKnown(string flag)
    {
        if (flag is "h" or "help")
        {
            throw new FormatException("");
        }

        if (flag is not ("pidfile" or "hostprefix" or "socketpath" or "timeout" or "resendmax" or "resendtimeout"))
        {
            throw new FormatException($"flag provided but not defined: -{flag}");
        }
    }

    private void Set(string flag, string value)
    {
        switch (flag)
        {
            case "pidfile":
                PidFile = value;
                break;
            case "hostprefix":
                HostPrefix = value;
                break;
            case "socketpath":
                SocketPath = value.Length > 0 ? value : SocketPath;
                break;
            case "timeout":
                Settings = Settings with { TimeoutMs = Duration(flag, value) };
                break;
            case "resendmax":
                Settings = Settings with { ResendMaxMs = Duration(flag, value) };
                break;
            default:
                Settings = Settings with { ResendTimeoutMs = Duration(flag, value) };
                break;
        }
    }

    private static bool Bool(string? value) => value switch
    {
        null or "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new FormatException($"invalid boolean value \"{value}\" for -broadcast: parse error"),
    };

    private static long Duration(string flag, string value) => GoDuration.TryParse(value, out long milliseconds)
        ? milliseconds
        : throw new FormatException($"invalid value \"{value}\" for flag -{flag}: parse error");
}
