namespace Dataplane.Plugins;

/// <summary>What a plugin sees that runs inside this process in place of a child: our variables with some set over them, and streams in memory.</summary>
/// <param name="stdin">What it reads.</param>
/// <param name="overrides">The variables set over ours; a later one wins.</param>
internal sealed class DelegatedEnvironment(byte[] stdin, IReadOnlyList<KeyValuePair<string, string>> overrides) : ProcessEnvironment, IDisposable
{
    private readonly MemoryStream _stdout = new();
    private readonly MemoryStream _stderr = new();

    /// <inheritdoc/>
    public override Stream Stdout => _stdout;

    /// <inheritdoc/>
    public override Stream Stderr => _stderr;

    /// <summary>What it wrote.</summary>
    public ReadOnlyMemory<byte> Output => _stdout.GetBuffer().AsMemory(0, (int)_stdout.Length);

    /// <summary>What it wrote as errors.</summary>
    public ReadOnlyMemory<byte> Errors => _stderr.GetBuffer().AsMemory(0, (int)_stderr.Length);

    /// <inheritdoc/>
    public override string? Get(string name)
    {
        for (int i = overrides.Count - 1; i >= 0; i--)
        {
            if (overrides[i].Key == name)
            {
                return overrides[i].Value;
            }
        }

        return base.Get(name);
    }

    /// <inheritdoc/>
    public override Stream OpenStdin() => new MemoryStream(stdin, writable: false);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stdout.Dispose();
        _stderr.Dispose();
    }
}
