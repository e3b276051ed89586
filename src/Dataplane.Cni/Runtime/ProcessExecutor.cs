// The framework's own processes are banned on the ADD path of the plugins, which have a faster executor; this one is for whoever has nothing but this library.
#pragma warning disable RS0030
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Dataplane.Cni.Runtime;

/// <summary>Runs plugins with <see cref="Process"/>: the executor of whoever gives none.</summary>
public sealed class ProcessExecutor : IPluginExecutor
{
    private const int TextFileBusy = 26;
    private const int FirstSignalStatus = 128;

    /// <summary>Ends plugins that run, and keeps further ones from being started.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <inheritdoc/>
    public PluginOutput Execute(string binaryPath, ReadOnlySpan<byte> stdin, IReadOnlyList<KeyValuePair<string, string>> cniEnvironmentOverrides)
    {
        ArgumentNullException.ThrowIfNull(cniEnvironmentOverrides);
        if (Cancellation.IsCancellationRequested)
        {
            return new PluginOutput { Failure = "context canceled" };
        }
        var start = new ProcessStartInfo(binaryPath)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in cniEnvironmentOverrides)
        {
            start.Environment[name] = value;
        }
        try
        {
            using Process process = Process.Start(start)!;
            using CancellationTokenRegistration ending = Cancellation.Register(static state => Kill((Process)state!), process);
            return Communicate(process, stdin);
        }
        catch (Win32Exception e)
        {
            string text = Marshal.GetPInvokeErrorMessage(e.NativeErrorCode);
            return new PluginOutput
            {
                NotStarted = true,
                Failure = $"fork/exec {binaryPath}: {char.ToLowerInvariant(text[0])}{text[1..]}",
                IsTextFileBusy = e.NativeErrorCode == TextFileBusy,
            };
        }
    }

    private static PluginOutput Communicate(Process process, ReadOnlySpan<byte> stdin)
    {
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        // All at once: a plugin that fills one pipe while another is waited for would wait forever, and we for it.
        var copyingOutput = process.StandardOutput.BaseStream.CopyToAsync(output);
        var copyingErrors = process.StandardError.BaseStream.CopyToAsync(errors);
        try
        {
            process.StandardInput.BaseStream.Write(stdin);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading its input: its status says why.
        }
        copyingOutput.Wait();
        copyingErrors.Wait();
        process.WaitForExit();
        return new PluginOutput
        {
            Stdout = output.ToArray(),
            Stderr = errors.ToArray(),
            Failure = process.ExitCode switch
            {
                0 => null,
                > FirstSignalStatus and int status => $"signal: {SignalName(status - FirstSignalStatus)}",
                int status => $"exit status {status}",
            },
        };
    }

    // The framework has no other word for the end by a signal than the shell's status.
    private static string SignalName(int signal) => signal switch
    {
        2 => "interrupt",
        6 => "aborted",
        9 => "killed",
        11 => "segmentation fault",
        15 => "terminated",
        _ => $"signal {signal}",
    };

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
