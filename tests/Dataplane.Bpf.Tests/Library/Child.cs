using System.Globalization;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Library;

/// <summary>
/// What a test does in a process of its own: because it is killed there, or because several have to do it at once.
/// The test assembly is its own executable for that.
/// </summary>
internal static class Child
{
    public static string Assembly => typeof(Child).Assembly.Location;

    /// <summary>COMMAND COOKIE [DISTINCTION]</summary>
    public static int Main(string[] arguments)
    {
        ulong cookie = ulong.Parse(arguments[1], CultureInfo.InvariantCulture);
        byte distinction = arguments.Length > 2 ? byte.Parse(arguments[2], CultureInfo.InvariantCulture) : (byte)0;
        switch (arguments[0])
        {
            case "ensure":
                BuildId build = BuildId.OfTest(distinction);
                using (NodePrograms programs = NodePrograms.TryOpenBuild(cookie, build) ?? NodeLoader.Load(cookie, PinnedNode.Options, null, build))
                {
                    Console.WriteLine($"{programs.FromPod.Id} {programs.ToPod.Id} {programs.Endpoints.Info.Id}");
                }
                return 0;
            case "remove":
                NodePrograms.Remove(cookie);
                return 0;
            case "descriptors":
                using (NodePrograms programs = NodePrograms.Ensure(cookie, PinnedNode.Options))
                {
                    _ = (programs.Flows4.Fd, programs.Flows6.Fd, programs.Counters.Fd);
                }
                using (NodePrograms? again = NodePrograms.TryOpen(cookie))
                {
                    Console.WriteLine(OpenKernelObjects());
                }
                FeatureProbes.Run();
                _ = NodePrograms.TryOpen(cookie + 1);
                Console.WriteLine(OpenKernelObjects() + OpenFiles.Matching("load.lock").Count);
                return 0;
            default:
                return 1;
        }
    }

    private static int OpenKernelObjects() => OpenFiles.Matching("anon_inode:bpf").Count + OpenFiles.Matching("anon_inode:btf").Count;

    /// <summary>Runs it to its end.</summary>
    public static ToolResult Run(string command, ulong cookie, byte distinction = 0) =>
        Tool.Run("dotnet", "exec", Assembly, command, $"{cookie}", $"{distinction}");

    /// <summary>
    /// Runs it under strace, which writes the calls to a file, or kills it before its <paramref name="killAt"/>th call
    /// (0: not at all).
    /// </summary>
    public static ToolResult Trace(string call, int killAt, string output, string command, ulong cookie, byte distinction = 0)
    {
        string[] kill = killAt > 0 ? ["-e", $"inject={call}:signal=KILL:when={killAt}"] : [];
        return Tool.Run("strace", ["-f", "-qq", "-e", $"trace={call}", .. kill, "-o", output,
            "dotnet", "exec", Assembly, command, $"{cookie}", $"{distinction}"]);
    }
}
