using Dataplane.Cni;

namespace Dataplane.Plugins;

/// <summary>The debug plugin's configuration.</summary>
internal sealed class DebugConfig
{
    private DebugConfig()
    {
    }

    /// <summary>"cniOutput": the file that every call is written to; empty: none.</summary>
    public string Output { get; private init; } = "";

    /// <summary>"addHooks": commands that ADD runs inside the container's namespace.</summary>
    public IReadOnlyList<IReadOnlyList<string>> AddHooks { get; private init; } = [];

    /// <summary>"delHooks": those of DEL.</summary>
    public IReadOnlyList<IReadOnlyList<string>> DelHooks { get; private init; } = [];

    /// <summary>"checkHooks": those of CHECK.</summary>
    public IReadOnlyList<IReadOnlyList<string>> CheckHooks { get; private init; } = [];

    /// <summary>Reads it. Everything is optional, nothing is refused but values of another type.</summary>
    /// <param name="request">The call.</param>
    /// <exception cref="CniException">A value has another type.</exception>
    public static DebugConfig Parse(CniRequest request)
    {
        JsonView root = request.Config.Root.WithErrors(CniErrorCode.Internal, "failed to parse: ");
        return new DebugConfig
        {
            Output = root.GetString("cniOutput"),
            AddHooks = Commands(root, "addHooks"),
            DelHooks = Commands(root, "delHooks"),
            CheckHooks = Commands(root, "checkHooks"),
        };
    }

    private static List<IReadOnlyList<string>> Commands(JsonView root, string key)
    {
        List<IReadOnlyList<string>> commands = [];
        foreach (JsonView command in root.GetItems(key) ?? [])
        {
            List<string> words = [];
            foreach (JsonView word in command.AsItems())
            {
                words.Add(word.AsString());
            }

            commands.Add(words);
        }

        return commands;
    }
}
