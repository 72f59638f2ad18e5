using Lab.Core.Activations;
using Lab.Specs.Heads;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lab.Specs.Tests;

/// <summary>Each law of modules is worth something: a quantile head that is wrong in one way, and a law that must notice.</summary>
public sealed class BrokenModuleTests
{
    private const string State = "the state has the documented names and shapes";
    private const string Learns = "the gradient reaches every parameter";
    private const string Saved = "saved and loaded it answers the same";
    private const string Modes = "training and evaluation agree";
    private const string Leading = "leading dimensions are only leading";
    private const string Moves = "it moves as a whole";
    private const string Outlives = "it outlives the scope it is made in";

    private static readonly string[] all = [State, Learns, Saved, Modes, Leading, Moves, Outlives];

    [Theory]
    [InlineData(Fault.None)]
    [InlineData(Fault.LevelsNotRegistered, State, Outlives)]
    [InlineData(Fault.LevelsNotSaved, State)]
    [InlineData(Fault.LevelsLearn, State)]
    [InlineData(Fault.LevelsDieWithTheScope, Outlives)]
    [InlineData(Fault.AnotherName, State)]
    [InlineData(Fault.BiasNotUsed, Learns)]
    [InlineData(Fault.Frozen, Learns)]
    [InlineData(Fault.Dropout, Modes, Saved)]
    [InlineData(Fault.OnlyMatrices, Leading)]
    [InlineData(Fault.MixesRows, Leading)]
    [InlineData(Fault.StaysInSinglePrecision, Moves)]
    public void A_law_notices(Fault fault, params string[] laws)
    {
        var spec = new QuantileHeadSpec();
        var failed = all.Where(law => !spec.Check((Func<QuantileCase, nn.Module<Tensor, Tensor>>)(c => new Faulty(c.D, c.Levels, fault)), law).Passed)
            .ToList();
        Assert.Empty(laws.Except(failed));
        if (laws.Length == 0)
            Assert.Empty(failed);
    }

    public enum Fault
    {
        None, LevelsNotRegistered, LevelsNotSaved, LevelsLearn, LevelsDieWithTheScope, AnotherName, BiasNotUsed, Frozen, Dropout,
        OnlyMatrices, MixesRows, StaysInSinglePrecision,
    }

    private sealed class Faulty : nn.Module<Tensor, Tensor>
    {
        private readonly Linear project;
        private readonly Tensor[] hidden;
        private readonly Fault fault;

        public Faulty(long width, IReadOnlyList<double> levels, Fault fault) : base(nameof(Faulty))
        {
            this.fault = fault;
            project = nn.Linear(width, levels.Count);
            var kept = tensor([.. levels], dtype: ScalarType.Float32);
            if (fault != Fault.LevelsDieWithTheScope)
                kept.DetachFromDisposeScope();
            hidden = fault == Fault.LevelsNotRegistered ? [kept] : [];
            if (fault == Fault.LevelsLearn)
                register_parameter("levels", (Parameter)new Parameter(kept).DetachFromDisposeScope());
            else if (fault != Fault.LevelsNotRegistered)
                register_buffer("levels", kept, persistent: fault != Fault.LevelsNotSaved);
            if (fault == Fault.AnotherName)
                register_module("linear", project);
            else
                register_module("project", project);
            if (fault == Fault.Frozen)
                foreach (var parameter in project.parameters())
                    parameter.requires_grad = false;
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            if (fault == Fault.OnlyMatrices)
                input = input.flatten(0, -2);
            var z = fault == Fault.BiasNotUsed ? nn.functional.linear(input, project.weight!) : project.call(input);
            if (fault == Fault.Frozen)
                z = z + 0 * input.sum(-1, keepdim: true).requires_grad_();
            foreach (var offset in hidden)
                z = z + 0 * offset;
            if (fault == Fault.MixesRows)
                z = z - z.mean([0], keepdim: true);
            if (fault == Fault.Dropout)
                z = nn.functional.dropout(z, 0.5, training);
            if (fault == Fault.StaysInSinglePrecision)
                z = z.to(ScalarType.Float32);
            return Activation.Ascending(z).MoveToOuterDisposeScope();
        }
    }
}
