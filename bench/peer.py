"""The same work in Python: answers one JSON line on standard output for each JSON line on standard input.

Requests, in order: {"do": "open", "op", "inputs", "upstream"}, {"do": "compute"}, {"do": "laps", "threads", "count"}.
Tensors travel as files of raw numbers: {"file", "dtype", "shape", "differentiable"}.
"""

import json
import os
import sys
from time import perf_counter

try:
    import torch
    import torch.nn.functional as F
except Exception as problem:
    print(json.dumps({"error": f"{type(problem).__name__}: {problem}"}), flush=True)
    sys.exit(1)

try:
    import scipy
    from scipy import ndimage
    from scipy.optimize import linear_sum_assignment
except ImportError:
    scipy = None


def focal(logits, targets):
    surprise = F.cross_entropy(logits, targets, reduction="none")
    return (1 - torch.exp(-surprise)) ** 2 * surprise


def ctc(logits, targets):
    (batch, frames, _), labels = logits.shape, targets.shape[1]
    return F.ctc_loss(
        F.log_softmax(logits, 2).transpose(0, 1), targets, torch.full((batch,), frames), torch.full((batch,), labels),
        reduction="none")


def dice(logits, targets):
    """Per image, over the classes that are there."""
    p, y = torch.softmax(logits, 1), F.one_hot(targets, logits.shape[1]).movedim(-1, 1).to(logits.dtype)
    hits, predicted, there = (p * y).flatten(2).sum(2), p.flatten(2).sum(2), y.flatten(2).sum(2)
    losses, present = 1 - 2 * hits / (predicted + there), there > 0
    return (losses * present).sum(1) / present.sum(1)


def lovasz_softmax(logits, targets):
    """As Berman et al. publish it, per image: one sort a class."""
    probabilities, losses = torch.softmax(logits, 1), []
    for p, y in zip(probabilities, targets):
        of_classes = []
        for k in range(len(p)):
            region = (y.reshape(-1) == k).float()
            if region.sum() == 0:
                continue
            errors, order = torch.sort((region - p[k].reshape(-1)).abs(), 0, descending=True)
            region = region[order]
            intersection = region.sum() - region.cumsum(0)
            union = region.sum() + (1 - region).cumsum(0)
            jaccard = 1 - intersection / union
            jaccard[1:] = jaccard[1:] - jaccard[:-1]
            of_classes.append(torch.dot(errors, jaccard))
        losses.append(torch.stack(of_classes).mean())
    return torch.stack(losses)


def distances(mask):
    """SciPy measures the distance to the nearest 0."""
    if scipy is not None:
        return torch.from_numpy(ndimage.distance_transform_edt(~mask.numpy())).float()
    squares = torch.where(mask, 0.0, float("inf"))
    for _ in range(2):
        places = torch.arange(squares.shape[0])
        squares = ((places[:, None] - places) ** 2 + squares.T[:, None, :]).amin(2)
    return squares.sqrt()


def lattice(features):
    """Corners, weights and neighbours of points [N, D] on the permutohedral lattice: Adams et al. 2010, in tensors."""
    points, dims = features.shape
    axes = dims + 1
    unit = axes * (7 / 6) ** 0.5
    rows = torch.zeros(dims, axes, dtype=torch.float64)
    for d in range(dims):
        length = unit / ((d + 1) * (d + 2)) ** 0.5
        rows[d, :d + 1] = length
        rows[d, d + 1] = -(d + 1) * length
    lifted = features.double() @ rows / axes
    nearest = lifted.round()
    rank = (lifted - nearest).argsort(dim=1, descending=True, stable=True).argsort(dim=1) + nearest.sum(1, keepdim=True).long()
    under, over = (rank < 0).long(), (rank > dims).long()
    rank, nearest = rank + axes * (under - over), nearest + under - over
    rest = torch.zeros_like(lifted).scatter(1, dims - rank, lifted - nearest)
    weights = torch.cat([1 + rest[:, :1] - rest[:, -1:], rest.diff(dim=1)], 1)
    k = torch.arange(axes)[:, None]
    keys = (axes * nearest).long()[:, None] + torch.where(rank[:, None] <= dims - k, k, k - axes)
    kept = weights >= 1e-9
    best = weights.argmax(1, keepdim=True)[..., None].expand(-1, 1, axes)
    keys = torch.where(kept[..., None], keys, keys.gather(1, best))[..., :dims].reshape(-1, dims)
    least, most = keys.min(0).values - axes, keys.max(0).values + axes
    radix = torch.cat([torch.ones(1, dtype=torch.long), (most - least + 1)[:-1].cumprod(0)])
    names, corners = ((keys - least) * radix).sum(1).unique(return_inverse=True)
    step = (torch.ones(axes, axes, dtype=torch.long) - axes * torch.eye(axes, dtype=torch.long))[:, :dims] @ radix

    def found(wanted):
        place = torch.searchsorted(names, wanted).clamp(max=len(names) - 1)
        return torch.where(names[place] == wanted, place, len(names))

    neighbours = [(found(names + s), found(names - s)) for s in step]
    return corners, (weights * kept).to(features.dtype), neighbours


def dense_crf(logits, image, iterations=5):
    """Mean field with the kit's usual kernels; the colours by the lattice, blurred forth and back."""
    labels, height, width = logits.shape[1:]
    y, x = torch.arange(height, dtype=torch.float32), torch.arange(width, dtype=torch.float32)
    down, across = ((-0.5 * ((p[:, None] - p) / 3) ** 2).exp() for p in (y, x))
    places = torch.stack([y[:, None].expand(height, width), x.expand(height, width)]) / 60
    corners, weights, neighbours = lattice(torch.cat([places, image[0] / 0.08]).flatten(1).T)
    axes, scale = weights.shape[1], 2 * torch.pi * 7 / 6

    def near(q):
        return down @ q @ across

    def alike(q):
        rows = q.flatten(1).T
        table = torch.zeros(len(neighbours[0][0]) + 1, rows.shape[1])
        table.index_add_(0, corners, (weights[:, :, None] * rows[:, None]).flatten(0, 1))
        for before, after in neighbours + neighbours[::-1]:
            table[:-1] = 0.5 * table[:-1] + 0.25 * (table[before] + table[after])
        read = table[corners].reshape(-1, axes, rows.shape[1])
        return scale ** ((axes - 1) / 2) * axes ** 0.5 * (weights[:, :, None] * read).sum(1).T.reshape(q.shape)

    kernels = []
    for weight, kernel in ((3, near), (5, alike)):
        total = kernel(torch.ones(1, height, width))
        kernels.append((weight, kernel, total.rsqrt(), total.clamp(max=1) / total))
    q = logits[0].softmax(0)
    for _ in range(iterations):
        cost = 0
        for weight, kernel, root, own in kernels:
            message = root * kernel(root * q) - own * q
            cost = cost + weight * (message.sum(0) - message)
        q = (logits[0] - cost).softmax(0)
    return q[None]


def crf_nll(emissions, tags, transitions, start, end):
    """The forward algorithm, one torch operation after another along the chain; transitions[from, to]."""
    rows = torch.arange(tags.shape[0])
    score = start[tags[:, 0]] + emissions[rows, 0, tags[:, 0]]
    alpha = start + emissions[:, 0]
    for t in range(1, tags.shape[1]):
        score = score + transitions[tags[:, t - 1], tags[:, t]] + emissions[rows, t, tags[:, t]]
        alpha = torch.logsumexp(alpha.unsqueeze(2) + transitions, 1) + emissions[:, t]
    return torch.logsumexp(alpha + end, 1) - score - end[tags[:, -1]]


def inside(spans, rules):
    """The inside algorithm of a grammar, all spans of a width at once; rules[whole, left, right]."""
    cells, length = [], spans.shape[1]
    for w in range(length):
        own, n = spans.diagonal(w, 1, 2).transpose(1, 2), length - w
        if w > 0:
            left = torch.stack([cells[m][:, :n] for m in range(w)], 2)
            right = torch.stack([cells[w - 1 - m][:, m + 1:m + 1 + n] for m in range(w)], 2)
            pairs = torch.logsumexp(left.unsqueeze(4) + right.unsqueeze(3), 2)
            own = own + torch.logsumexp(pairs.flatten(2).unsqueeze(2) + rules.flatten(1), 3)
        cells.append(own)
    return torch.logsumexp(cells[-1][:, 0], 1)


def matrix_tree(batch):
    """The log-determinant of each sentence's Laplacian; arcs[head, word], the root first."""
    sums = []
    for arcs in batch:
        weights = arcs[:, 1:].exp()
        among = weights[1:] * (1 - torch.eye(len(arcs) - 1))
        sums.append(torch.linalg.slogdet(torch.diag(among.sum(0) + weights[0]) - among)[1])
    return torch.stack(sums)


def viterbi(emissions, transitions, start, end):
    score, history = start + emissions[:, 0], []
    for t in range(1, emissions.shape[1]):
        best, before = (score.unsqueeze(2) + transitions).max(1)
        history.append(before)
        score = best + emissions[:, t]
    tags = [(score + end).argmax(1, keepdim=True)]
    for before in reversed(history):
        tags.append(before.gather(1, tags[-1]))
    return torch.cat(tags[::-1], 1).float()


def linear_assignment(costs):
    """One table after the other, in SciPy's C++."""
    totals = []
    for table in costs.numpy():
        rows, columns = linear_sum_assignment(table)
        totals.append(float(table[rows, columns].sum(dtype="float64")))
    return torch.tensor(totals)


def corners(boxes):
    return torch.cat([boxes[..., :2] - boxes[..., 2:] / 2, boxes[..., :2] + boxes[..., 2:] / 2], -1)


def generalized_iou(a, b):
    areas = [(x[:, 2:] - x[:, :2]).prod(1) for x in (a, b)]
    low, high = torch.max(a[:, None, :2], b[:, :2]), torch.min(a[:, None, 2:], b[:, 2:])
    common = (high - low).clamp(min=0).prod(2)
    union = areas[0][:, None] + areas[1] - common
    low, high = torch.min(a[:, None, :2], b[:, :2]), torch.max(a[:, None, 2:], b[:, 2:])
    hull = (high - low).clamp(min=0).prod(2)
    return common / union - (hull - union) / hull


@torch.no_grad()
def hungarian_matcher(logits, boxes, labels, true_boxes, counts):
    """As DETR publishes it: all queries of the batch against all its targets, then SciPy on each picture's part."""
    batch, queries = logits.shape[:2]
    probabilities, found = logits.flatten(0, 1).softmax(-1), boxes.flatten(0, 1)
    classes = torch.cat([l[:n] for l, n in zip(labels, counts)])
    truth = torch.cat([b[:n] for b, n in zip(true_boxes, counts)])
    costs = 5 * torch.cdist(found, truth, p=1) - probabilities[:, classes] - 2 * generalized_iou(corners(found), corners(truth))
    costs = costs.view(batch, queries, -1)
    matched = torch.full(labels.shape, -1.0)
    for b, part in enumerate(costs.split(counts.tolist(), -1)):
        rows, columns = linear_sum_assignment(part[b].numpy())
        matched[b, torch.as_tensor(columns)] = torch.as_tensor(rows, dtype=torch.float32)
    return matched


def top_k(logits, k=50):
    return logits.masked_fill(logits < torch.topk(logits, k).values[..., -1:], -torch.inf)


def nucleus(logits, p=0.9):
    ordered, order = torch.sort(logits, descending=True, dim=-1)
    mass = F.softmax(ordered, dim=-1)
    out = torch.cumsum(mass, dim=-1) - mass >= p
    return logits.masked_fill(torch.zeros_like(out).scatter(-1, order, out), -torch.inf)


def beam_step(logits, scores, eos=0):
    rows, vocabulary = logits.shape
    sums = scores.unsqueeze(2) + F.log_softmax(logits, dim=-1).view(*scores.shape, vocabulary)
    sums[..., eos] = -torch.inf
    return torch.topk(sums.flatten(1), scores.shape[1]).values


def unet(images, *parameters):
    """The parameters in the order of the state: 6 tensors a level down, 8 a level up, 2 at the end."""
    levels = (len(parameters) + 6) // 14
    parameters = iter(parameters)

    def twice(x):
        for _ in range(2):
            x = F.conv2d(x, next(parameters), padding=1)
            x = F.relu(F.batch_norm(x, None, None, next(parameters), next(parameters), training=True), inplace=True)
        return x

    skips = [twice(images)]
    for _ in range(levels - 1):
        skips.append(twice(F.max_pool2d(skips[-1], 2, 2)))
    x = skips.pop()
    while skips:
        x = F.conv_transpose2d(x, next(parameters), next(parameters), stride=2)
        x = twice(torch.cat([skips.pop(), x], 1))
    return F.conv2d(x, next(parameters), next(parameters))


class Translator(torch.nn.Module):
    """The decoder of many tutorials: an LSTM that reads the last token and what attention found."""

    def __init__(self, vocab_size, embed_dim, hidden_dim, num_layers=2):
        super().__init__()
        self.shape = (num_layers, hidden_dim)
        self.embedding = torch.nn.Embedding(vocab_size, embed_dim)
        self.rnn = torch.nn.LSTM(embed_dim + hidden_dim, hidden_dim, num_layers=num_layers, batch_first=True)
        self.attention = torch.nn.MultiheadAttention(hidden_dim, num_heads=4, batch_first=True)
        self.output_projection = torch.nn.Linear(hidden_dim, vocab_size)

    def forward_step(self, y_prev, hidden, encoder_outputs):
        embedded = self.embedding(y_prev).unsqueeze(1)
        query = hidden[0][-1].unsqueeze(1)
        context, _ = self.attention(query, encoder_outputs, encoder_outputs)
        output, hidden = self.rnn(torch.cat([embedded, context], dim=-1), hidden)
        return self.output_projection(output.squeeze(1)), hidden

    def start(self):
        layers, width = self.shape
        return torch.zeros(layers, 1, width), torch.zeros(layers, 1, width)


def translator(tensors):
    model = Translator(tensors[0].shape[0], tensors[0].shape[1], tensors[2].shape[1])
    with torch.no_grad():
        for parameter, values in zip(model.parameters(), tensors):       # in the order in which they were registered
            parameter.copy_(values)
    return model.eval()


def beam_one_by_one(model, encoder_outputs, beam_width, max_len, bos=1):
    """One call of the model a hypothesis, as tutorials have it."""
    beams = [(torch.tensor([bos]), 0.0, model.start())]
    for _ in range(max_len):
        candidates = []
        for tokens, score, hidden in beams:
            logits, new_hidden = model.forward_step(tokens[-1:], hidden, encoder_outputs)
            log_probs = F.log_softmax(logits, dim=-1).squeeze(0)
            top_probs, top_indices = torch.topk(log_probs, beam_width)
            for prob, idx in zip(top_probs, top_indices):
                candidates.append((torch.cat([tokens, idx.unsqueeze(0)]), score + prob.item(), new_hidden))
        candidates.sort(key=lambda x: x[1], reverse=True)
        beams = candidates[:beam_width]
    return torch.tensor([beams[0][1]])


def beam_batched(model, encoder_outputs, beam_width, max_len, bos=1):
    """One call of the model a step, for all hypotheses."""
    tokens, scores, (h, c) = torch.tensor([[bos]]), torch.zeros(1), model.start()
    for _ in range(max_len):
        logits, (h, c) = model.forward_step(tokens[:, -1], (h, c), encoder_outputs.expand(len(tokens), -1, -1))
        sums = scores.unsqueeze(1) + F.log_softmax(logits, dim=-1)
        scores, places = torch.topk(sums.flatten(), beam_width)
        rows = torch.div(places, sums.shape[1], rounding_mode="floor")
        tokens = torch.cat([tokens[rows], (places % sums.shape[1]).unsqueeze(1)], dim=1)
        h, c = h[:, rows], c[:, rows]
    return scores[:1]


MODELS = {}


def search(by):
    """A beam search; the model is built once from its weights."""
    def run(*tensors):
        if MODELS.get("of") is not tensors[0]:
            MODELS.update(of=tensors[0], model=translator(tensors[:15]))
        with torch.no_grad():
            return by(MODELS["model"], tensors[15], *tensors[16].tolist())
    return run


# One entry an op, by the name of its spec: what a PyTorch user would write.
OPS = {
    "CrossEntropy": lambda logits, targets: F.cross_entropy(logits, targets, reduction="none"),
    "CtcLoss": ctc,
    "DenseCrf": dense_crf,
    "Dice": dice,
    "Euclidean": distances,
    "LovaszSoftmax": lovasz_softmax,
    "LogSoftmax": lambda logits: F.log_softmax(logits, 1),
    "Focal": focal,
    "PathNegativeLogLikelihood": crf_nll,
    "Viterbi": viterbi,
    "TreeLogPartition": inside,
    "HeadsLogPartition": matrix_tree,
    "TopK": top_k,
    "Nucleus": nucleus,
    "UNet": unet,
    "BeamOneByOne": search(beam_one_by_one),
    "BeamBatched": search(beam_batched),
    "LinearAssignment": linear_assignment,
    "HungarianMatcher": hungarian_matcher,
    "BeamStep": lambda logits, scores: beam_step(logits.flatten(0, 1), scores),
}

DTYPES = {"Bool": torch.bool, "Float32": torch.float32, "Float64": torch.float64, "Int64": torch.int64}


def read(entry):
    with open(entry["file"], "rb") as file:
        tensor = torch.frombuffer(bytearray(file.read()), dtype=DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensor.requires_grad_(entry["differentiable"])


def write(tensor, path):
    with open(path, "wb") as file:
        file.write(tensor.detach().contiguous().numpy().tobytes())
    return {"file": path, "shape": list(tensor.shape)}


class Work:
    def __init__(self, request):
        self.op = OPS[request["op"]]
        self.folder = os.path.dirname(request["upstream"]["file"])
        self.inputs = [read(entry) for entry in request["inputs"]]
        self.differentiable = [tensor for tensor in self.inputs if tensor.requires_grad]
        self.upstream = read(request["upstream"])

    def gradients(self, value):
        return torch.autograd.grad(value, self.differentiable, self.upstream) if self.differentiable else []

    def compute(self):
        value = self.op(*self.inputs)
        gradients = self.gradients(value)
        files = [write(tensor, os.path.join(self.folder, f"python-{i}.raw")) for i, tensor in enumerate([value, *gradients])]
        return {"results": files}

    def laps(self, threads, count):
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)
        forward = backward = 0.0
        for _ in range(count):
            start = perf_counter()
            value = self.op(*self.inputs)
            middle = perf_counter()
            gradients = self.gradients(value)
            del value, gradients
            forward += middle - start
            backward += perf_counter() - middle
        return {"forward": forward, "backward": backward}


def main():
    work = None
    with_scipy = f" and SciPy {scipy.__version__}" if scipy else ", without SciPy"
    print(json.dumps({"torch": torch.__version__ + with_scipy, "python": sys.version.split()[0]}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["do"] == "open":
                work, answer = Work(request), {}
            elif request["do"] == "compute":
                answer = work.compute()
            else:
                answer = work.laps(request["threads"], request["count"])
        except Exception as problem:
            answer = {"error": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(answer), flush=True)


main()
