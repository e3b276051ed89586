using System.Runtime.InteropServices;

namespace Dataplane.Cni;

/// <summary>What went wrong with a file, in the words the reference has for it.</summary>
internal static class FileFailure
{
    /// <summary>Whether an exception is a file's failure.</summary>
    /// <param name="e">The exception.</param>
    public static bool Is(Exception e) => e is IOException or UnauthorizedAccessException;

    /// <summary>"open /etc/x: permission denied".</summary>
    /// <param name="operation">The system call.</param>
    /// <param name="path">The file.</param>
    /// <param name="e">What the framework made of its error.</param>
    public static string Describe(string operation, string path, Exception e) => $"{operation} {path}: {Reason(e)}";

    // The framework's own texts are left out of executables; the number of the error is in HResult when it has no exception of its own.
    private static string Reason(Exception e)
    {
        if (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return "no such file or directory";
        }
        if (e is UnauthorizedAccessException)
        {
            return "permission denied";
        }
        string text = e.HResult is > 0 and < 4096 ? Marshal.GetPInvokeErrorMessage(e.HResult) : e.Message;
        return text.Length > 0 ? char.ToLowerInvariant(text[0]) + text[1..] : e.GetType().Name;
    }
}
