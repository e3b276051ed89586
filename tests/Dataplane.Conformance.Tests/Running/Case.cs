namespace Dataplane.Conformance.Tests;

/// <summary>
/// One line of the specification: a configuration and what a runtime does with it, step by step. Every step is done on a fresh
/// node with the reference plugins and on another with ours; whatever can be seen after it must be equal.
/// </summary>
public sealed class Case(string plugin, string name, string config)
{
    private readonly List<Step> _steps = [];
    private readonly List<Difference> _differences = [];

    public string Plugin { get; } = plugin;

    public string Name { get; } = $"{plugin}: {name}";

    /// <summary>Network configuration; $DATA is the lease directory.</summary>
    public string Config { get; } = config;

    public IReadOnlyList<Step> Steps => _steps;

    public IReadOnlyList<Difference> Differences => _differences;

    /// <summary>
    /// Why the installed reference cannot be compared with (it is older than the behaviour); null: it is. Such cases
    /// hold what the specification says instead.
    /// </summary>
    public string? OnlyOurs { get; private set; }

    public bool SeedDirectories { get; private set; }

    /// <summary>Options of the DHCP server that the node has beside it; null: there is none, and no daemon either.</summary>
    public IReadOnlyList<string>? Dhcp { get; private set; }

    public Case Add(
        string id = "c1", int pod = 1, string ifName = "eth0", string? args = null, string? config = null, string? plugin = null, string? path = null) =>
        Then(new Step(StepKind.Plugin, "ADD") { Id = id, Pod = pod, IfName = ifName, Args = args, Config = config, Plugin = plugin, Path = path });

    /// <summary>ADD of the next plugin of a chain: it gets what the one before it has answered for the container.</summary>
    public Case Next(string id = "c1", int pod = 1, string? config = null, string? plugin = null) =>
        Then(new Step(StepKind.Plugin, "ADD") { Id = id, Pod = pod, Config = config, Plugin = plugin, IsChained = true });

    public Case Check(string id = "c1", int pod = 1, string ifName = "eth0", string? config = null, string? args = null, string? path = null) =>
        Then(new Step(StepKind.Plugin, "CHECK") { Id = id, Pod = pod, IfName = ifName, Config = config, Args = args, Path = path });

    public Case Del(
        string id = "c1", int? pod = 1, string ifName = "eth0", string? config = null, string? args = null, string? plugin = null, string? path = null) =>
        Then(new Step(StepKind.Plugin, "DEL") { Id = id, Pod = pod, IfName = ifName, Config = config, Args = args, Plugin = plugin, Path = path });

    /// <summary>Any other call, by a changed step.</summary>
    public Case Call(Step step) => Then(step);

    /// <summary>Somebody runs a program in the host namespace between calls.</summary>
    public Case Host(params string[] command) => Then(new Step(StepKind.Host, string.Join(' ', command)) { Words = command });

    /// <summary>Somebody runs a program in a pod between calls.</summary>
    public Case InPod(int pod, params string[] command) => Then(new Step(StepKind.Pod, string.Join(' ', command)) { Pod = pod, Words = command });

    /// <summary>A file that lies below the lease directory already.</summary>
    public Case File(string path, string content) => Then(new Step(StepKind.File, path) { Words = [path, content] });

    /// <summary>The last step fails with a code, and with a message that holds a text.</summary>
    public Case Fails(uint code, string? text = null, bool leavesNothing = false)
    {
        _steps[^1] = _steps[^1] with { ErrorCode = code, ErrorText = text, LeavesNothing = leavesNothing };
        return this;
    }

    /// <summary>A fact that holds after the last step.</summary>
    public Case Sees(string path, string value)
    {
        _steps[^1] = _steps[^1] with { Expected = [.. _steps[^1].Expected, (path, value)] };
        return this;
    }

    /// <summary>A path that does not exist after the last step.</summary>
    public Case SeesNo(string path)
    {
        _steps[^1] = _steps[^1] with { Expected = [.. _steps[^1].Expected, (path, null)] };
        return this;
    }

    /// <summary>A deliberate difference: facts that match the pattern (* = anything) may differ in this case.</summary>
    public Case Differs(string pattern, string reason)
    {
        _differences.Add(new Difference(pattern, reason));
        return this;
    }

    /// <inheritdoc cref="OnlyOurs"/>
    public Case OursAlone(string reason)
    {
        OnlyOurs = reason;
        return this;
    }

    /// <summary>The configuration uses the directories of a real node: each run sees its own there.</summary>
    public Case InItsOwnDirectories()
    {
        SeedDirectories = true;
        return this;
    }

    /// <summary>A DHCP server is on the host's bridge "br0", and the daemon runs; $SOCKET is its socket.</summary>
    public Case WithDhcp(params string[] options)
    {
        Dhcp = options;
        return this;
    }

    public override string ToString() => Name;

    private Case Then(Step step)
    {
        _steps.Add(step);
        return this;
    }
}
