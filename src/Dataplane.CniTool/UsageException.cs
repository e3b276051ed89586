namespace Dataplane.CniTool;

/// <summary>The command line makes no sense; the help of its verb is shown as well.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="verb">The verb it was said to; empty for none.</param>
internal sealed class UsageException(string message, string verb) : Exception(message)
{
    /// <summary>The verb it was said to; empty for none.</summary>
    public string Verb { get; } = verb;
}
