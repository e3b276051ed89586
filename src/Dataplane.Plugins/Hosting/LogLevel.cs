namespace Dataplane.Plugins;

/// <summary>How much is told on standard error.</summary>
internal enum LogLevel
{
    /// <summary>Nothing.</summary>
    Off,

    /// <summary>What did not work and was passed over.</summary>
    Warn,

    /// <summary>Also what the operator should know of.</summary>
    Info,

    /// <summary>Also every step.</summary>
    Debug,
}
