using System.Diagnostics;

namespace Dataplane.Benchmarks.Reporting;

/// <summary>Runs the tools that set a bed up or describe the machine; nothing measured goes through here.</summary>
internal static class Command
{
    /// <summary>Runs a program that has to succeed; returns its standard output.</summary>
    public static string Run(string program, params IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', process.StartInfo.ArgumentList)}: exit status {process.ExitCode}: {errors.Result}{output}");
    }

    /// <summary>Its trimmed output, or null when it is missing or fails.</summary>
    public static string? TryRead(string program, params IEnumerable<string> arguments)
    {
        try
        {
            return Run(program, arguments).Trim();
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
