using System.Diagnostics;
using System.Globalization;
using System.Text;
using Dataplane.Cni;
using Dataplane.Cni.Runtime;
using Dataplane.Interop;

namespace Dataplane.CniTool;

/// <summary>The program: verbs, output and exit status of the original.</summary>
/// <param name="stdout">Where results go.</param>
/// <param name="stderr">Where everything else goes.</param>
internal sealed class Verbs(Stream stdout, Stream stderr)
{
    private readonly Settings _settings = new(Environment.GetEnvironmentVariable);
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Runs it.</summary>
    /// <param name="arguments">What follows the program's name.</param>
    /// <returns>The exit status.</returns>
    public int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            CommandLine line = CommandLine.Parse(arguments);
            if (line.Help || line.Verb is "" or "help")
            {
                stdout.Write(Encoding.UTF8.GetBytes(HelpText.Of(line.Verb == "help" && line.Arguments.Count > 0 ? line.Arguments[0] : line.Verb)));
                return 0;
            }
            int status = Run(line);
            if (Timed(line))
            {
                TellTime("cnitool", line.Verb, Stopwatch.GetElapsedTime(_start), failed: status != 0);
            }
            return status;
        }
        catch (UsageException e)
        {
            Tell($"{e.Message}\n{HelpText.Usage(e.Verb)}");
        }
        catch (CniException e)
        {
            Tell($"{e}\n");
        }
        catch (Exception e) when (e is LinuxException or IOException or UnauthorizedAccessException)
        {
            Tell($"{e.Message}\n");
        }
        return 1;
    }

    private int Run(CommandLine line)
    {
        switch (line.Verb)
        {
            case "add" or "check" or "del" or "gc" or "status":
                RunVerb(line);
                return 0;
            case "exec":
                if (line.Arguments.Count < 2)
                {
                    throw new UsageException("networks and a command are required", line.Verb);
                }
                return new PrivateRun(Runtime(line), _settings, Tell).Run(line.Arguments[0].Split(','), line.Arguments[1..]);
            case "version":
                return Version(line);
            default:
                throw new UsageException($"unknown command \"{line.Verb}\" for \"cnitool\"", "");
        }
    }

    private void RunVerb(CommandLine line)
    {
        if (line.Arguments.Count < 2)
        {
            throw new UsageException($"requires at least 2 arg(s), only received {line.Arguments.Count}", line.Verb);
        }
        NetworkList network = NetworkDirectory.Find(_settings.NetworkDirectory, line.Arguments[0]);
        JsonView capabilities = _settings.CapabilityArgs();
        IReadOnlyList<KeyValuePair<string, string>> args = _settings.Args();
        string netns = _settings.Absolute(line.Arguments[1]);
        var attachment = new RuntimeAttachment
        {
            ContainerId = ReferenceNames.CniToolContainerId(netns),
            NetnsPath = netns,
            IfName = _settings.IfName(line.IfName),
            Args = args,
            CapabilityArgs = capabilities,
        };
        CniRuntime runtime = Runtime(line);
        switch (line.Verb)
        {
            case "add":
                CniResult result = runtime.Add(network, attachment);
                ResultJson.Write(stdout, result, result.CniVersion);
                break;
            case "check":
                runtime.Check(network, attachment);
                break;
            case "del":
                runtime.Del(network, attachment);
                break;
            case "gc":
                runtime.Gc(network, valid: null);
                break;
            default:
                runtime.Status(network);
                break;
        }
    }

    private int Version(CommandLine line)
    {
        if (line.Arguments.Count == 0)
        {
            Print($"cnitool {CniVersions.Library}\nCNI protocol versions supported: {string.Join(", ", CniVersions.All)}\n");
            return 0;
        }
        NetworkList network = NetworkDirectory.Find(_settings.NetworkDirectory, line.Arguments[0]);
        string version = network.CniVersion.Length > 0 ? network.CniVersion : CniVersions.Default;
        CniRuntime runtime = Runtime(line);
        Print($"{network.Name} {version}\n");
        int status = 0;
        foreach (PluginConfig plugin in network.Plugins)
        {
            try
            {
                IReadOnlyList<string> versions = runtime.Versions(plugin.Type);
                bool supported = false;
                for (int i = 0; i < versions.Count; i++)
                {
                    supported |= versions[i] == version;
                }
                Print($"{plugin.Type} {string.Join(", ", versions)}{(supported ? "" : $": not {version}")}\n");
                status = supported ? status : 1;
            }
            catch (CniException e)
            {
                Print($"{plugin.Type}: {e}\n");
                status = 1;
            }
        }
        return status;
    }

    private CniRuntime Runtime(CommandLine line) => new(_settings.CniPath, new ChildExecutor())
    {
        PluginLog = stderr,
        Timing = Timed(line) ? timing => TellTime(timing.Type, timing.Command, timing.Duration, timing.Failed) : null,
    };

    private bool Timed(CommandLine line) => line.Timing || _settings.Timing;

    private void TellTime(string who, string what, TimeSpan time, bool failed) =>
        Tell(string.Create(CultureInfo.InvariantCulture, $"{who} {what} {time.TotalMilliseconds:0.00} ms{(failed ? " failed" : "")}\n"));

    private void Print(string text) => stdout.Write(Encoding.UTF8.GetBytes(text));

    private void Tell(string text)
    {
        try
        {
            stderr.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            // Nobody listens.
        }
    }
}
