using System.Text;
using Dataplane.Cni;
using Dataplane.Cni.Runtime;
using Dataplane.Interop;

namespace Dataplane.CniTool;

/// <summary>What the environment says about a call.</summary>
/// <param name="variable">The value of a variable, or null.</param>
internal sealed class Settings(Func<string, string?> variable)
{
    private const string DefaultIfName = "eth0";

    /// <summary>NETCONFPATH: where networks are looked for.</summary>
    public string NetworkDirectory => Get("NETCONFPATH") is { Length: > 0 } directory ? directory : Cni.Runtime.NetworkDirectory.Default;

    /// <summary>CNI_PATH: where plugins are looked for.</summary>
    public string CniPath => Get("CNI_PATH");

    /// <summary>CNITOOL_TIMING: the time of each plugin is told.</summary>
    public bool Timing => Get("CNITOOL_TIMING") is not ("" or "0" or "false");

    /// <summary>CNI_IFNAME, unless the option says otherwise.</summary>
    /// <param name="option">The option's value; empty when not given.</param>
    public string IfName(string option) => option.Length > 0 ? option : Get("CNI_IFNAME") is { Length: > 0 } name ? name : DefaultIfName;

    /// <summary>CNI_ARGS: pairs separated by ';', with both a key and a value.</summary>
    /// <exception cref="CniException">A pair is none.</exception>
    public IReadOnlyList<KeyValuePair<string, string>> Args() => RuntimeAttachment.ParseArgs(Get("CNI_ARGS"));

    /// <summary>CAP_ARGS: a JSON object with a value for each capability.</summary>
    /// <exception cref="CniException">It is no object.</exception>
    public JsonView CapabilityArgs()
    {
        string text = Get("CAP_ARGS");
        return text.Length == 0 ? default : JsonView.Parse(Encoding.UTF8.GetBytes(text), CniErrorCode.InvalidEnvironment).AsObject();
    }

    /// <summary>An absolute path without "." and "..". As a shell has it, it starts at $PWD where that is the current directory.</summary>
    /// <param name="path">The path.</param>
    public string Absolute(string path)
    {
        string current = Get("PWD");
        if (!Path.IsPathFullyQualified(current) || !IsCurrent(current))
        {
            current = Directory.GetCurrentDirectory();
        }
        string full = path.Length == 0 ? current : Path.GetFullPath(path, current);
        return full.Length > 1 ? full.TrimEnd('/') : full;
    }

    private static bool IsCurrent(string path)
    {
        try
        {
            return FileIdentity.Of(path) == FileIdentity.Of(".");
        }
        catch (LinuxException)
        {
            return false;
        }
    }

    private string Get(string name) => variable(name) ?? "";
}
