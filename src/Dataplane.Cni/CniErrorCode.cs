namespace Dataplane.Cni;

/// <summary>The error codes of the CNI specification, 1.1.0 section "Error". 0 to 99 are reserved, from 100 on a plugin's own.</summary>
public enum CniErrorCode : uint
{
    /// <summary>A delegated plugin failed without saying why.</summary>
    Unknown = 0,

    /// <summary>The configuration's version is none the plugin supports.</summary>
    IncompatibleVersion = 1,

    /// <summary>A field of the configuration is not supported; the message names key and value.</summary>
    UnsupportedField = 2,

    /// <summary>The container is unknown or gone; the runtime need not clean up.</summary>
    UnknownContainer = 3,

    /// <summary>A CNI_* environment variable is missing or invalid; the message names it.</summary>
    InvalidEnvironment = 4,

    /// <summary>Reading the configuration or writing the result failed.</summary>
    Io = 5,

    /// <summary>The configuration is not JSON, or a value has another type than the field.</summary>
    Decoding = 6,

    /// <summary>The configuration was read but its values do not pass validation.</summary>
    InvalidNetworkConfig = 7,

    /// <summary>CNI_NETNS is no namespace the plugin may work on.</summary>
    InvalidNetns = 8,

    /// <summary>A transient condition; the runtime should try again.</summary>
    TryAgainLater = 11,

    /// <summary>STATUS: the plugin cannot serve an ADD.</summary>
    PluginNotAvailable = 50,

    /// <summary>STATUS: ADD cannot be served and existing containers may have limited connectivity.</summary>
    LimitedConnectivity = 51,

    /// <summary>Every failure without a code of its own.</summary>
    Internal = 999,
}
