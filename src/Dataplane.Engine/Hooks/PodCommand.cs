using System.Globalization;
using System.Text;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Programs of the node that are run inside a container's network namespace. What they do is theirs: nothing is undone.</summary>
/// <param name="environment">"NAME=value" each: all of their environment, and where they are looked for.</param>
/// <param name="log">What is told.</param>
public sealed class PodCommand(IReadOnlyList<string> environment, ILog log)
{
    private const string PathVariable = "PATH=";
    private const string UsualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Runs commands one after the other. One that fails is told, and the next is run; without a namespace none is.</summary>
    /// <param name="netnsPath">CNI_NETNS; may be empty or lead nowhere.</param>
    /// <param name="commands">A program and its arguments each.</param>
    public void RunAll(string netnsPath, IReadOnlyList<IReadOnlyList<string>> commands)
    {
        ArgumentNullException.ThrowIfNull(commands);
        if (commands.Count == 0)
        {
            return;
        }

        using NetworkNamespace? pod = PodNamespace.TryOpen(netnsPath);
        if (pod is null)
        {
            log.Info($"no namespace at \"{netnsPath}\": {commands.Count.ToString(CultureInfo.InvariantCulture)} commands are not run");
            return;
        }

        // A child is in the namespace of the thread that starts it.
        using NetworkNamespace.Scope inside = pod.Enter();
        foreach (IReadOnlyList<string> command in commands)
        {
            Run(command);
        }
    }

    private void Run(IReadOnlyList<string> command)
    {
        if (command.Count == 0 || command[0].Length == 0)
        {
            log.Warn("a command without a program");
            return;
        }

        string line = string.Join(' ', command);
        try
        {
            int status = ChildProcess.Run([Find(command[0]), .. Arguments(command)], environment, default, out byte[] stdout, out byte[] stderr);
            string said = Encoding.UTF8.GetString(status == 0 ? stdout : stderr).Trim();
            if (status == 0)
            {
                log.Debug($"{line}: {said}");
            }
            else
            {
                log.Warn($"{line}: status {status.ToString(CultureInfo.InvariantCulture)}: {said}");
            }
        }
        catch (LinuxException e)
        {
            log.Warn($"{line}: {e.Message}");
        }
    }

    private static List<string> Arguments(IReadOnlyList<string> command)
    {
        var arguments = new List<string>(command);
        arguments.RemoveAt(0);
        return arguments;
    }

    // As execvp(3) does; a name with a slash is a path.
    private string Find(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            return program;
        }

        string path = UsualPath;
        foreach (string variable in environment)
        {
            path = variable.StartsWith(PathVariable, StringComparison.Ordinal) ? variable[PathVariable.Length..] : path;
        }

        foreach (string directory in path.Split(':'))
        {
            string candidate = Path.Join(directory, program);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return program;
    }
}
