namespace Dataplane.Cni;

/// <summary>What reading and writing the standard streams fails with.</summary>
internal static class StreamFailure
{
    /// <summary>Whether an exception is such a failure.</summary>
    /// <param name="e">The exception.</param>
    public static bool Is(Exception e) => e is IOException or UnauthorizedAccessException;

    /// <summary>What went wrong. A closed descriptor (EBADF) comes as denied access, with the error itself inside.</summary>
    /// <param name="e">The exception.</param>
    public static string Reason(Exception e) => (e is UnauthorizedAccessException { InnerException: { } inner } ? inner : e).Message;
}
