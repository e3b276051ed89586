using BenchmarkDotNet.Characteristics;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains;
using BenchmarkDotNet.Toolchains.Results;
using BenchmarkDotNet.Validators;

namespace Dataplane.Benchmarks.Interleaved;

/// <summary>
/// Runs the cases of one class in turns (A B C, B C A, …) in this process, so that whatever else the machine does
/// meets all of them alike. BenchmarkDotNet's own toolchains finish one case before the next, and on a busy
/// machine that compares two moments, not two programs. Statistics, tables and exports stay BenchmarkDotNet's.
/// </summary>
/// <param name="rounds">How often each case is measured.</param>
/// <param name="warmups">Rounds before that whose figures are thrown away.</param>
internal sealed class InterleavedToolchain(int rounds, int warmups) : IToolchain, IGenerator, IBuilder
{
    public string Name => $"{rounds} rounds in turns";

    public IGenerator Generator => this;

    public IBuilder Builder => this;

    public IExecutor Executor { get; } = new InterleavedExecutor(rounds, warmups);

    public bool IsInProcess => true;

    public IEnumerable<ValidationError> Validate(BenchmarkCase benchmarkCase, IResolver resolver)
    {
        if (benchmarkCase.Descriptor.WorkloadMethod.ReturnType != typeof(Measured))
        {
            yield return new ValidationError(true, $"{benchmarkCase.Descriptor.WorkloadMethod.Name} does not return {nameof(Measured)}", benchmarkCase);
        }
    }

    public GenerateResult GenerateProject(BuildPartition buildPartition, ILogger logger, string rootArtifactsFolderPath) =>
        GenerateResult.Success(ArtifactsPaths.Empty, []);

    public BuildResult Build(GenerateResult generateResult, BuildPartition buildPartition, ILogger logger) =>
        BuildResult.Success(generateResult);
}
