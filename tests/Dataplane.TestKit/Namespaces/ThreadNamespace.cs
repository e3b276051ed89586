using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Dataplane.TestKit;

/// <summary>Runs code on a thread of its own that has entered a network namespace; the thread ends with the code.</summary>
internal static partial class ThreadNamespace
{
    private const int CloneNewNet = 0x40000000;

    public static T Run<T>(string path, Func<T> code)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        Thread thread = Start(path, () =>
        {
            try
            {
                result = code();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }, e => failure = ExceptionDispatchInfo.Capture(e));
        thread.Join();
        failure?.Throw();
        return result;
    }

    public static Thread Start(string path, Action code, Action<Exception> failed)
    {
        var thread = new Thread(() =>
        {
            try
            {
                Enter(path);
            }
            catch (Exception e)
            {
                failed(e);
                return;
            }
            code();
        })
        { IsBackground = true, Name = $"in {path}" };
        thread.Start();
        return thread;
    }

    private static void Enter(string path)
    {
        using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (setns((int)handle.DangerousGetHandle(), CloneNewNet) != 0)
        {
            throw new IOException($"setns {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int fd, int nstype);
}
