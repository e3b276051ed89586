using System.Text;

namespace Dataplane.Cni.Tests;

/// <summary>A process in memory: variables, stdin, and what was written.</summary>
internal sealed class FakeEnvironment : ICniEnvironment
{
    private readonly Dictionary<string, string> _variables = [];

    public Stream Stdout { get; init; } = new MemoryStream();

    public Stream Stderr { get; init; } = new MemoryStream();

    public Stream Stdin { get; init; } = new MemoryStream();

    public Func<string, bool> OwnNetns { get; init; } = _ => false;

    public bool StdinOpened { get; private set; }

    public string Out => Encoding.UTF8.GetString(((MemoryStream)Stdout).ToArray());

    public string Err => Encoding.UTF8.GetString(((MemoryStream)Stderr).ToArray());

    /// <summary>Everything an attachment needs.</summary>
    public static FakeEnvironment For(string command, string config, params (string Name, string? Value)[] changes)
    {
        var environment = new FakeEnvironment { Stdin = new MemoryStream(Encoding.UTF8.GetBytes(config)) };
        environment.Set(command, changes);
        return environment;
    }

    public FakeEnvironment Set(string command, params (string Name, string? Value)[] changes)
    {
        (string, string?)[] all =
        [
            ("CNI_COMMAND", command), ("CNI_CONTAINERID", "some-container-id"), ("CNI_NETNS", "/some/netns"),
            ("CNI_IFNAME", "eth0"), ("CNI_ARGS", "a=b"), ("CNI_PATH", "/some/cni/path"), .. changes,
        ];
        foreach ((string name, string? value) in all)
        {
            if (value is null)
            {
                _ = _variables.Remove(name);
            }
            else
            {
                _variables[name] = value;
            }
        }
        return this;
    }

    public string? Get(string name) => _variables.GetValueOrDefault(name);

    public Stream OpenStdin()
    {
        StdinOpened = true;
        return Stdin;
    }

    public bool IsOwnNetns(string path) => OwnNetns(path);
}
