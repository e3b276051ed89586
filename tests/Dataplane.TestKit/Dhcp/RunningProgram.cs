using System.Diagnostics;

namespace Dataplane.TestKit;

/// <summary>A program that stays, and the lines it says.</summary>
public sealed class RunningProgram : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    public RunningProgram(string program, params string[] arguments)
    {
        _process = Tool.Start(program, arguments, environment: null);
        _process.StandardInput.Close();
        foreach (StreamReader reader in (StreamReader[])[_process.StandardOutput, _process.StandardError])
        {
            new Thread(() => Read(reader)) { IsBackground = true }.Start();
        }
    }

    public bool HasExited => _process.HasExited;

    public int Id => _process.Id;

    public string Said
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Waits until it has said something, or has ended.</summary>
    public void WaitForLine(string text)
    {
        Until.True(() => Said.Contains(text, StringComparison.Ordinal) || HasExited, $"\"{text}\" in what {_process.StartInfo.FileName} says:\n{Said}");
        if (!Said.Contains(text, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{_process.StartInfo.FileName} ended, and said:\n{Said}");
        }
    }

    /// <summary>Ends it as a service manager does; returns its exit status.</summary>
    public int Terminate()
    {
        if (!_process.HasExited)
        {
            _ = Tool.Run("kill", "-TERM", _process.Id.ToString());
        }
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Ends it without a chance to clean up.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }
        _process.Dispose();
    }

    private void Read(StreamReader reader)
    {
        try
        {
            while (reader.ReadLine() is { } line)
            {
                lock (_lines)
                {
                    _lines.Add(line);
                }
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or IOException or InvalidOperationException)
        {
            // The program was disposed of.
        }
    }
}
