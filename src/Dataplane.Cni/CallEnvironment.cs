namespace Dataplane.Cni;

/// <summary>The CNI_* variables of a call, read and checked in the order the reference does, which decides what is reported.</summary>
internal sealed class CallEnvironment
{
    private static readonly string[] Commands = ["ADD", "DEL", "CHECK", "GC", "STATUS", "VERSION"];

    private CallEnvironment(string commandName) => CommandName = commandName;

    /// <summary>CNI_COMMAND as it came.</summary>
    public string CommandName { get; }

    /// <summary>The command, or null when it is none.</summary>
    public CniCommand? Command => Array.IndexOf(Commands, CommandName) is >= 0 and int index ? (CniCommand)index : null;

    public string ContainerId { get; private set; } = "";

    public string NetnsPath { get; private set; } = "";

    public string IfName { get; private set; } = "";

    public string Args { get; private set; } = "";

    public string Path { get; private set; } = "";

    public bool NetnsOverride { get; private set; }

    /// <summary>Reads the variables.</summary>
    /// <param name="environment">The process.</param>
    /// <exception cref="CniException"><see cref="CniErrorCode.InvalidEnvironment"/>: the first invalid variable, or all that are missing.</exception>
    public static CallEnvironment Read(ICniEnvironment environment)
    {
        var call = new CallEnvironment(environment.Get("CNI_COMMAND") ?? "");
        List<string> missing = [];
        if (call.CommandName.Length == 0)
        {
            missing.Add("CNI_COMMAND");
        }
        bool attachment = call.Command is CniCommand.Add or CniCommand.Check or CniCommand.Del;
        call.ContainerId = Read("CNI_CONTAINERID", attachment, CniNames.CheckContainerId);
        call.NetnsPath = Read("CNI_NETNS", attachment && call.Command != CniCommand.Del);
        call.IfName = Read("CNI_IFNAME", attachment, CniNames.CheckInterfaceName);
        call.Args = Read("CNI_ARGS", required: false);
        call.Path = Read("CNI_PATH", attachment || call.Command is CniCommand.Gc or CniCommand.Status);
        string over = Read("CNI_NETNS_OVERRIDE", required: false);
        call.NetnsOverride = over == "1" || over.Equals("true", StringComparison.OrdinalIgnoreCase);
        return missing.Count == 0
            ? call
            : throw new CniException(CniErrorCode.InvalidEnvironment, $"required env variables [{string.Join(',', missing)}] missing");

        string Read(string name, bool required, Action<string>? check = null)
        {
            string value = environment.Get(name) ?? "";
            if (value.Length == 0 && required)
            {
                missing.Add(name);
            }
            else if (required)
            {
                check?.Invoke(value);
            }
            return value;
        }
    }
}
