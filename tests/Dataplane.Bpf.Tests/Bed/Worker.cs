using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Bed;

/// <summary>One thread that stays in a namespace: a walk enters it ten thousand times.</summary>
internal sealed class Worker : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public Worker(TestNamespace home)
    {
        _thread = new Thread(() => home.Run(() =>
        {
            foreach (Action action in _work.GetConsumingEnumerable())
            {
                action();
            }
        }))
        { IsBackground = true };
        _thread.Start();
    }

    public T Run<T>(Func<T> code)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        using var done = new ManualResetEventSlim();
        _work.Add(() =>
        {
            try
            {
                result = code();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
            done.Set();
        });
        done.Wait();
        failure?.Throw();
        return result;
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }
}
