using System.Text;

namespace Dataplane.Cni.Runtime;

/// <summary>What a runtime says about one attachment: which container, where, as what, and with which arguments.</summary>
public sealed class RuntimeAttachment
{
    /// <summary>The container's id.</summary>
    public required string ContainerId { get; init; }

    /// <summary>The path of its network namespace; empty for DEL of a container that is gone.</summary>
    public string NetnsPath { get; init; } = "";

    /// <summary>The interface's name inside the container.</summary>
    public string IfName { get; init; } = "eth0";

    /// <summary>CNI_ARGS, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Args { get; init; } = [];

    /// <summary>
    /// An object with a value for each capability the runtime supplies ("portMappings", …). A plugin gets those its configuration declares.
    /// </summary>
    public JsonView CapabilityArgs { get; init; }

    /// <summary>Reads CNI_ARGS: pairs separated by ';', with both a key and a value.</summary>
    /// <param name="text">"KEY=value;KEY=value"; empty for none.</param>
    /// <exception cref="CniException">"invalid CNI_ARGS pair "x"".</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> ParseArgs(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<KeyValuePair<string, string>> pairs = [];
        if (text.Length == 0)
        {
            return pairs;
        }
        foreach (string pair in text.Split(';'))
        {
            string[] parts = pair.Split('=');
            if (parts.Length != 2 || parts[0].Length == 0 || parts[1].Length == 0)
            {
                throw new CniException(CniErrorCode.InvalidEnvironment, $"invalid CNI_ARGS pair {GoText.Quote(pair)}");
            }
            pairs.Add(new(parts[0], parts[1]));
        }
        return pairs;
    }

    /// <summary>CNI_ARGS as a plugin gets it.</summary>
    internal string ArgsText
    {
        get
        {
            var text = new StringBuilder();
            foreach ((string key, string value) in Args)
            {
                text.Append(text.Length > 0 ? ";" : "").Append(key).Append('=').Append(value);
            }
            return text.ToString();
        }
    }
}
