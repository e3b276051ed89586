namespace Dataplane.Benchmarks.Results;

/// <summary>A file of results that cannot be used; the message says which and why.</summary>
internal sealed class ResultsException(string message, Exception? inner = null) : Exception(message, inner);
