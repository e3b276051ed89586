namespace Dataplane.Cni;

/// <summary>
/// A failure with the code, message and details that a CNI error object carries. Any other exception that leaves a plugin
/// becomes <see cref="CniErrorCode.Internal"/> with its own message.
/// </summary>
public sealed class CniException : Exception
{
    /// <summary>Makes the failure.</summary>
    /// <param name="code">The code of the error object.</param>
    /// <param name="message">One sentence: its <c>msg</c>.</param>
    /// <param name="details">More, or empty: its <c>details</c>.</param>
    /// <param name="inner">What led to it, or null.</param>
    public CniException(CniErrorCode code, string message, string details = "", Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Details = details;
    }

    /// <summary>The code of the error object.</summary>
    public CniErrorCode Code { get; }

    /// <summary>The <c>details</c> of the error object; empty when there are none.</summary>
    public string Details { get; }

    /// <summary>
    /// Of a call of another plugin: it holds nothing of this call. It says so, by an error object of its own, or it was not started. Any other end (killed, an
    /// answer that makes no sense) leaves open how far it came.
    /// </summary>
    public bool LeavesNothing { get; init; }

    /// <summary>The failure as one line, as it is embedded in another failure's message: "message; details".</summary>
    public override string ToString() => Details.Length == 0 ? Message : $"{Message}; {Details}";
}
