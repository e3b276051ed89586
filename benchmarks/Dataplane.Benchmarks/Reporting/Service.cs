using System.Diagnostics;

namespace Dataplane.Benchmarks.Reporting;

/// <summary>A tool that runs beside what is measured: a server, a receiver. It belongs to the namespace the calling thread is in.</summary>
internal sealed class Service : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts it and waits for its first line: it listens.</summary>
    public Service(string program, params IEnumerable<string> arguments)
    {
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        if (_process.StandardOutput.ReadLine() is null)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', _process.StartInfo.ArgumentList)} ended before it listened");
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>What it wrote after its first line.</returns>
    public string Result()
    {
        string output = _process.StandardOutput.ReadToEnd();
        _process.WaitForExit();
        return _process.ExitCode == 0 ? output : throw new InvalidOperationException($"{_process.StartInfo.FileName}: exit status {_process.ExitCode}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
