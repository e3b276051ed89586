namespace Dataplane.Cni;

/// <summary>How a wrong value of a <see cref="JsonView"/> is reported.</summary>
/// <param name="Code">The code.</param>
/// <param name="Prefix">What the message begins with.</param>
internal sealed record JsonErrors(CniErrorCode Code, string Prefix)
{
    /// <summary>A configuration's own fields.</summary>
    public static readonly JsonErrors Config = new(CniErrorCode.Decoding, "error unmarshall network config: ");

    /// <summary>A configuration's version.</summary>
    public static readonly JsonErrors ConfigVersion = new(CniErrorCode.Decoding, "decoding version from network config: ");

    /// <summary>Without more said.</summary>
    public static readonly JsonErrors Plain = new(CniErrorCode.Decoding, "");

    public CniException Make(string message, Exception? inner = null) => new(Code, Prefix + message, "", inner);
}
