using Lab.Grading.Labs;

namespace Lab.Grading.Checks;

/// <summary>What an exercise asks to write by hand: library ops with everything that does the same, and families of them.</summary>
/// <remarks>
/// A name stands for every member of TorchSharp that bears it, whatever the type (torch, Tensor, nn, nn.functional, special, linalg) and
/// the spelling (softmax, Softmax, softmax_). The name of a family stands for all its members.
/// </remarks>
internal sealed class ForbiddenOps
{
    private static readonly Dictionary<string, string[]> families = new()
    {
        ["softmax"] =
        [
            "softmax", "logsoftmax", "softmin", "softmax2d", "gumbelsoftmax", "crossentropy", "crossentropyloss", "adaptivelogsoftmaxwithloss", "logsumexp",
            "scaleddotproductattention", "multiheadattention", "multiheadattentionforward", "transformerencoderlayer", "transformerdecoderlayer",
        ],
        ["logsumexp"] = ["logsumexp", "logaddexp", "logaddexp2", "logcumsumexp", "logsoftmax", "softmax", "softmin", "softmax2d", "crossentropy", "crossentropyloss"],
        ["sigmoid"] =
        [
            "sigmoid", "expit", "logsigmoid", "softplus", "silu", "binarycrossentropywithlogits", "bcewithlogitsloss", "logit", "hardsigmoid", "glu",
            "multilabelsoftmarginloss", "softmarginloss",
        ],
        ["crossentropy"] = ["crossentropy", "crossentropyloss", "nllloss", "nllloss2d", "kldiv", "kldivloss", "multilabelsoftmarginloss", "softmarginloss"],
        ["binarycrossentropy"] =
        [
            "binarycrossentropy", "binarycrossentropywithlogits", "bceloss", "bcewithlogitsloss", "multilabelsoftmarginloss", "softmarginloss",
        ],
        ["ctc"] = ["ctcloss"],
        ["interpolate"] = ["interpolate", "upsample", "upsamplenearest", "upsamplebilinear", "gridsample", "affinegrid", "resize", "pixelshuffle"],
        ["convolution"] = ["conv1d", "conv2d", "conv3d", "convtranspose1d", "convtranspose2d", "convtranspose3d", "unfold", "fold", "convolution"],
        ["attention"] = ["scaleddotproductattention", "multiheadattention", "multiheadattentionforward", "transformerencoderlayer", "transformerdecoderlayer"],
        ["sorting"] = ["sort", "argsort", "msort", "topk", "kthvalue", "multinomial"],
        ["topk"] = ["topk", "kthvalue"],
        ["normalize"] = ["normalize", "cosinesimilarity", "cosineembeddingloss", "norm", "vectornorm", "renorm"],
        ["distance"] = ["cdist", "pdist", "pairwisedistance", "dist", "mseloss", "tripletmarginloss"],
        ["matmul"] =
        [
            "matmul", "mm", "bmm", "addmm", "baddbmm", "addbmm", "einsum", "linear", "bilinear", "mv", "addmv", "dot", "vdot", "inner", "tensordot", "multidot", "chainmatmul",
        ],
        ["determinant"] = ["det", "logdet", "slogdet", "inv", "inverse", "pinv", "lu", "lufactor", "solve", "cholesky", "eig", "eigvals"],
        ["pooling"] =
        [
            "maxpool1d", "maxpool2d", "maxpool3d", "avgpool1d", "avgpool2d", "avgpool3d", "adaptiveavgpool1d", "adaptiveavgpool2d", "adaptiveavgpool3d",
            "adaptivemaxpool1d", "adaptivemaxpool2d", "adaptivemaxpool3d", "lppool1d", "lppool2d",
        ],
    };

    private readonly HashSet<string> names = [];
    private readonly HashSet<string> symbols = [];
    private readonly HashSet<string> allowed;

    public ForbiddenOps(ExerciseManifest exercise)
    {
        foreach (var entry in exercise.Forbidden)
        {
            var last = ApiRules.Plain(entry[(entry.LastIndexOf('.') + 1)..]);
            names.Add(last);
            if (!entry.Contains('.', StringComparison.Ordinal) && families.TryGetValue(last, out var family))
                names.UnionWith(family);
            symbols.Add(entry);
        }
        allowed = [.. exercise.Allowed];
    }

    /// <summary>The names of the families.</summary>
    public static IReadOnlyCollection<string> Families => families.Keys;

    /// <summary>Why an exercise may not use a member; null where it may.</summary>
    /// <param name="assembly">The name of the assembly that declares it.</param>
    /// <param name="type">The full name of its type, nested ones after a plus sign.</param>
    /// <param name="member">Its name; null for the type as such.</param>
    public string? Refuse(string assembly, string type, string? member)
    {
        var full = $"{type.Replace('+', '.').Split('`')[0]}{(member is null or ".ctor" ? "" : "." + member)}";
        if (assembly == "Lab.Core")
            return member is null || allowed.Any(a => full == a || full.StartsWith(a + ".", StringComparison.Ordinal))
                ? null
                : $"{ApiRules.Shown(type, member)} of the library may not be called in this exercise.";
        var name = member is null or ".ctor" ? type[(type.LastIndexOfAny(['.', '+']) + 1)..] : member;
        return symbols.Contains(full) || (assembly == "TorchSharp" && names.Contains(ApiRules.Plain(name)))
            ? $"{ApiRules.Shown(type, member)} does what this exercise asks you to write by hand."
            : null;
    }
}
