using Dataplane.Benchmarks;

// bench.sh starts this; what measures, inside a mount and PID namespace of its own.
return BenchCommandLine.Run(args);
