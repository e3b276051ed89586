using System.Diagnostics;
using System.Text;

namespace Dataplane.TestKit;

/// <summary>What a program left: exit status and both outputs as bytes.</summary>
public sealed record ToolResult(string Command, int ExitStatus, byte[] Stdout, byte[] Stderr)
{
    public string StdoutText => Encoding.UTF8.GetString(Stdout);

    public string StderrText => Encoding.UTF8.GetString(Stderr);

    /// <summary>The same result, or an exception that shows everything the program said.</summary>
    public ToolResult OrThrow() => ExitStatus == 0
        ? this
        : throw new InvalidOperationException($"{Command}: exit status {ExitStatus}\n{StdoutText}{StderrText}");
}

/// <summary>Runs programs to their end. Nothing is searched for when the path is absolute.</summary>
public static class Tool
{
    /// <summary>Runs a program with the test process's environment.</summary>
    public static ToolResult Run(string program, params ReadOnlySpan<string> arguments) =>
        Run(program, arguments.ToArray(), environment: null, stdin: default);

    /// <summary>Runs a program; throws when it fails.</summary>
    public static string Out(string program, params ReadOnlySpan<string> arguments) =>
        Run(program, arguments.ToArray(), environment: null, stdin: default).OrThrow().StdoutText;

    /// <summary>Runs a program with exactly the given environment (null: the test process's).</summary>
    public static ToolResult Run(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment, ReadOnlyMemory<byte> stdin)
    {
        using Process process = Start(program, arguments, environment);
        return Finish(process, stdin);
    }

    /// <summary>Starts a program with all three streams redirected.</summary>
    public static Process Start(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        if (environment is not null)
        {
            start.Environment.Clear();
            foreach ((string name, string value) in environment)
            {
                start.Environment[name] = value;
            }
        }
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    /// <summary>Feeds stdin, reads both outputs to their end and waits.</summary>
    public static ToolResult Finish(Process process, ReadOnlyMemory<byte> stdin)
    {
        byte[] errors = [];
        var reader = new Thread(() => errors = ReadAll(process.StandardError.BaseStream));
        reader.Start();
        try
        {
            process.StandardInput.BaseStream.Write(stdin.Span);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A plugin that refuses its environment exits without reading its input.
        }
        byte[] output = ReadAll(process.StandardOutput.BaseStream);
        reader.Join();
        process.WaitForExit();
        string command = $"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)}";
        return new ToolResult(command, process.ExitCode, output, errors);
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return buffer.ToArray();
    }
}
