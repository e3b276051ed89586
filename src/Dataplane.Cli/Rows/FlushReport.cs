namespace Dataplane.Cli.Rows;

/// <summary>What <c>dpctl flows flush</c> did.</summary>
/// <param name="Flushed">Rows removed; their next packet takes the stack and is proven anew.</param>
internal sealed record FlushReport(int Flushed);
