using System.Text;
using Dataplane.Cni.Runtime;

namespace Dataplane.Cni.Tests.Runtime;

/// <summary>The executor of whoever has nothing but this library.</summary>
public sealed class ProcessExecutorTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("dataplane-exec-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Script(string body, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserExecute)
    {
        string path = Path.Join(_directory, "plugin");
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, mode);
        return path;
    }

    private static PluginOutput Run(string path, string stdin = "", CancellationToken cancellation = default) =>
        new ProcessExecutor { Cancellation = cancellation }.Execute(path, Encoding.UTF8.GetBytes(stdin), [new("CNI_COMMAND", "ADD"), new("CNI_COMMAND", "DEL")]);

    [Fact]
    public void It_gives_input_and_variables_and_reads_both_outputs()
    {
        PluginOutput output = Run(Script("cat; printf ' %s' \"$CNI_COMMAND\"; echo log >&2; test -n \"$PATH\""), "in");

        Assert.Equal(("in DEL", "log\n", null), (Encoding.UTF8.GetString(output.Stdout.Span), Encoding.UTF8.GetString(output.Stderr.Span), output.Failure));
    }

    [Theory]
    [InlineData("exit 3", "exit status 3")]
    [InlineData("kill -9 $$", "signal: killed")]
    [InlineData("kill -15 $$", "signal: terminated")]
    public void It_says_how_the_plugin_ended(string body, string failure) => Assert.Equal(failure, Run(Script(body)).Failure);

    [Fact]
    public void It_says_why_a_plugin_could_not_be_started()
    {
        Assert.Equal("fork/exec /does/not/exist: no such file or directory", Run("/does/not/exist").Failure);
        string plain = Script("", UnixFileMode.UserRead);
        Assert.Equal($"fork/exec {plain}: permission denied", Run(plain).Failure);
    }

    [Fact]
    public void Outputs_larger_than_a_pipe_do_not_block_each_other()
    {
        PluginOutput output = Run(Script("head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero"), new string('x', 200_000));

        Assert.Equal((300_000, 300_000), (output.Stdout.Length, output.Stderr.Length));
    }

    [Fact]
    public void Cancelling_ends_the_plugin_and_keeps_the_next_from_starting()
    {
        using var cancellation = new CancellationTokenSource();
        string started = Path.Join(_directory, "started");
        string path = Script($"echo > {started}; exec sleep 1000");
        PluginOutput? output = null;
        var thread = new Thread(() => output = Run(path, cancellation: cancellation.Token));
        thread.Start();
        while (!File.Exists(started))
        {
            Thread.Sleep(5);
        }
        cancellation.Cancel();
        thread.Join();

        Assert.Equal("signal: killed", output!.Failure);
        Assert.Equal("context canceled", Run(path, cancellation: cancellation.Token).Failure);
    }

    [Fact]
    public void A_runtime_uses_it_when_none_is_given()
    {
        string plugin = Script("""cat > "$(dirname "$0")/stdin"; echo '{"cniVersion":"1.0.0"}'""");
        var runtime = new CniRuntime(_directory, cache: new ResultCache(_directory));

        CniResult result = runtime.Add(RuntimeBed.List("""{"name":"n","cniVersion":"1.0.0","plugins":[{"type":"plugin"}]}"""), RuntimeBed.Attachment());

        Assert.Equal("1.0.0", result.CniVersion);
        Assert.Equal("""{"cniVersion":"1.0.0","name":"n","type":"plugin"}""", File.ReadAllText(Path.Join(Path.GetDirectoryName(plugin)!, "stdin")));
    }
}
