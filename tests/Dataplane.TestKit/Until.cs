namespace Dataplane.TestKit;

/// <summary>Waits for what is sure to happen. The limit is for what will not: it is far beyond what a loaded machine takes.</summary>
public static class Until
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>Waits until a condition holds.</summary>
    public static void True(Func<bool> condition, string what)
    {
        DateTime end = DateTime.UtcNow + s_limit;
        while (!condition())
        {
            if (DateTime.UtcNow > end)
            {
                throw new TimeoutException($"it never came to this: {what}");
            }
            Thread.Sleep(20);
        }
    }
}
