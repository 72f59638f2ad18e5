using Lab.Core.Losses;
using Lab.Core.Models;
using Lab.Core.Sequences;
using Lab.Data.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Data.Dates;

/// <summary>
/// Turns a date as people write it into its ISO form: the sequence-to-sequence model of the course, its vocabularies, and the
/// recipe by which it is trained.
/// </summary>
/// <remarks>
/// An LSTM encoder from both ends and an LSTM decoder with attention and input feeding, character by character. Adam, batches
/// of 64, gradients cut at length 1. The learning rate falls along a half cosine to nothing at the last of the planned epochs.
/// </remarks>
public sealed class DateTranslator : IDisposable
{
    private const int BatchSize = 64;
    private const double MaxGradient = 1;
    private const int LongestTarget = 10;

    private readonly optim.Optimizer optimiser;
    private readonly int epochs;
    private readonly double learningRate;
    private int done;

    /// <summary>Makes a model that has learnt nothing.</summary>
    /// <param name="pairs">Whose characters are the vocabulary.</param>
    /// <param name="epochs">How many epochs of training are planned, at least 1.</param>
    /// <param name="seed">Of the starting weights; it seeds the generator of the whole process.</param>
    /// <param name="options">Changes the decoder's choices; null leaves them.</param>
    /// <param name="learningRate">Adam's at the start.</param>
    public DateTranslator(
        IReadOnlyList<TextPair> pairs, int epochs = DefaultEpochs, int seed = 0,
        Func<Seq2SeqDecoderOptions, Seq2SeqDecoderOptions>? options = null, double learningRate = 4e-3)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        (this.epochs, this.learningRate) = (epochs, learningRate);
        Sources = Vocabulary.OfCharacters(pairs.Select(pair => pair.Source));
        Targets = Vocabulary.OfCharacters(pairs.Select(pair => pair.Target));
        manual_seed(seed);
        var encoder = new Seq2SeqEncoder(Sources.Size, embeddingWidth: 32, hiddenWidth: 64);
        var sizes = new Seq2SeqDecoderOptions
        {
            VocabularySize = Targets.Size,
            MemoryWidth = encoder.MemoryWidth,
            EmbeddingWidth = 32,
            HiddenWidth = 96,
        };
        Model = new(encoder, new Seq2SeqDecoder(options?.Invoke(sizes) ?? sizes));
        optimiser = optim.Adam(Model.parameters(), learningRate);
    }

    /// <summary>The number of epochs after which the model is as good as it gets.</summary>
    public const int DefaultEpochs = 4;

    /// <summary>The model.</summary>
    public Seq2Seq Model { get; }

    /// <summary>The characters of sources.</summary>
    public Vocabulary Sources { get; }

    /// <summary>The characters of targets.</summary>
    public Vocabulary Targets { get; }

    /// <summary>A model trained on <c>data/dates</c>, in 20 seconds on two cores.</summary>
    /// <param name="epochs">Epochs of training.</param>
    /// <param name="seed">Of weights and order.</param>
    /// <param name="progress">Told the mean loss after each epoch, in nats per character.</param>
    public static DateTranslator Trained(int epochs = DefaultEpochs, int seed = 0, IProgress<double>? progress = null)
    {
        var pairs = DatePairs.Train();
        var translator = new DateTranslator(pairs, epochs, seed);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var loss = translator.TrainEpoch(pairs);
            progress?.Report(loss);
        }
        return translator;
    }

    /// <summary>Goes through all pairs once, by teacher forcing.</summary>
    /// <param name="pairs">The training pairs.</param>
    /// <returns>The mean loss, in nats per character.</returns>
    public double TrainEpoch(IReadOnlyList<TextPair> pairs)
    {
        var tokens = new TokenPairs(pairs, Sources, Targets);
        var (total, steps) = (0.0, 0);
        var stepsPerEpoch = (tokens.Count + BatchSize - 1) / BatchSize;
        Model.train();
        foreach (var (sources, targets) in tokens.Batches(BatchSize, done))
        {
            var part = Math.Min(1, (double)(done * stepsPerEpoch + steps) / (epochs * stepsPerEpoch));
            foreach (var group in optimiser.ParamGroups)
                group.LearningRate = learningRate * (1 + Math.Cos(Math.PI * part)) / 2;

            var losses = Model.Losses(sources, targets, Vocabulary.Padding);
            var loss = Loss.WeightedMean(losses, targets.narrow(1, 1, losses.size(1)) != Vocabulary.Padding);
            optimiser.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(Model.parameters(), MaxGradient);
            optimiser.step();
            total += loss.ToDouble();
            steps++;
        }
        done++;
        Model.eval();
        return total / steps;
    }

    /// <summary>What the model makes of some dates, taking the best character at every step.</summary>
    /// <param name="written">Dates as people write them.</param>
    public IReadOnlyList<string> Translate(IEnumerable<string> written)
    {
        using var scope = NewDisposeScope();
        Model.eval();
        var rows = TokenPairs.Sources(written, Sources);
        var state = Model.Start(rows);
        var token = full([rows.size(0)], Vocabulary.Start, ScalarType.Int64);
        var said = new List<Tensor>();
        for (var t = 0; t <= LongestTarget; t++)
        {
            using var before = state;
            (var logits, state) = Model.Step(token, before);
            token = logits.argmax(-1);
            said.Add(token);
        }
        state.Dispose();
        var characters = stack(said, 1);                                       // [N, T]
        return [.. characters.unbind(0).Select(row => Targets.Decode(row.data<long>()))];
    }

    /// <summary>The part of some pairs that the model gets right to the last character.</summary>
    /// <param name="pairs">At least one pair.</param>
    public double ExactMatch(IReadOnlyList<TextPair> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var right = Translate(pairs.Select(pair => pair.Source)).Zip(pairs).Count(p => p.First == p.Second.Target);
        return (double)right / pairs.Count;
    }

    /// <summary>Frees the model and the optimiser.</summary>
    public void Dispose()
    {
        optimiser.Dispose();
        Model.Dispose();
    }
}
