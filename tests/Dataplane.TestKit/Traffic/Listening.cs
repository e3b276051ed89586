namespace Dataplane.TestKit;

/// <summary>Waits for programs that say nothing when they listen.</summary>
public static class Listening
{
    private const string Listens = "0A";

    /// <summary>Waits until somebody listens on a TCP port of a namespace.</summary>
    public static void Await(TestNamespace at, int port, int patienceMilliseconds) => at.Run(() =>
    {
        string wanted = $":{port:X4}";
        for (int waited = 0; !Is(wanted); waited += 5)
        {
            if (waited > patienceMilliseconds)
            {
                throw new TimeoutException($"nobody listens on port {port} of {at.Name}");
            }
            Thread.Sleep(5);
        }
    });

    // "sl local_address rem_address st …"; /proc/net is the process's, and only this thread is in the namespace.
    private static bool Is(string port) => File.ReadLines("/proc/thread-self/net/tcp").Concat(File.ReadLines("/proc/thread-self/net/tcp6"))
        .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Any(words => words[1].EndsWith(port, StringComparison.Ordinal) && words[3] == Listens);
}
