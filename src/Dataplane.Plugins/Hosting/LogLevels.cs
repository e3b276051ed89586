using Dataplane.Cni;

namespace Dataplane.Plugins;

/// <summary>Where the level comes from: the configuration's "dataplane": {"logLevel": …}, else DATAPLANE_LOG, else nothing is told.</summary>
internal static class LogLevels
{
    /// <summary>The level of a call. One that nobody knows is refused with the configuration, not here.</summary>
    public static LogLevel Of(NetworkConfig config, ICniEnvironment environment)
    {
        JsonView own = config.Root.Get("dataplane");
        string name = own.IsObject && own.Get("logLevel") is { IsNullOrAbsent: false } level ? level.RawText.Length > 0 ? TryText(level) : "" : "";
        return TryParse(name, out LogLevel configured) ? configured
            : TryParse(environment.Get("DATAPLANE_LOG") ?? "", out LogLevel ours) ? ours : LogLevel.Off;
    }

    /// <summary>Reads a level's name.</summary>
    /// <param name="name">"off", "warn", "info" or "debug".</param>
    /// <param name="level">The level.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string name, out LogLevel level)
    {
        (level, bool known) = name switch
        {
            "off" => (LogLevel.Off, true),
            "warn" => (LogLevel.Warn, true),
            "info" => (LogLevel.Info, true),
            "debug" => (LogLevel.Debug, true),
            _ => (LogLevel.Off, false),
        };
        return known;
    }

    private static string TryText(JsonView level)
    {
        try
        {
            return level.AsString();
        }
        catch (CniException)
        {
            return "";
        }
    }
}
