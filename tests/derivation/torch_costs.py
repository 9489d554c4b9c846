"""The costs of `written_sheets.toml` in PyTorch, as PyTorch's own functions have them.

Every function is handed tensors by the names of its sheet, all of them matrices.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional as F

Tensor = torch.Tensor


def two_layers_in_columns(x: Tensor, y: Tensor, W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor):
    a1 = torch.sigmoid(F.linear(x.T, W1, b1[:, 0]))
    return F.cross_entropy(F.linear(a1, W2, b2[:, 0]), y.T)


def two_layers_in_rows(X: Tensor, Y: Tensor, W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor):
    hidden = F.relu(F.linear(X, W1.T, b1[0]))
    return F.cross_entropy(F.linear(hidden, W2.T, b2[0]), Y)


def logistic_of_a_course(X: Tensor, Y: Tensor, w: Tensor, b: Tensor):
    return F.binary_cross_entropy_with_logits(w.T @ X + b, Y)


def componentwise_neurons(x: Tensor, y: Tensor, W: Tensor, b: Tensor):
    return F.mse_loss(torch.tanh(F.linear(x.T, W, b[:, 0])), y.T, reduction="sum") / 2


def componentwise_on_paper(x: Tensor, y: Tensor, W: Tensor, b: Tensor):
    return F.mse_loss(torch.sigmoid(F.linear(x.T, W, b[:, 0])), y.T, reduction="sum") / 2


def componentwise_batch(X: Tensor, Y: Tensor, W: Tensor):
    return F.mse_loss(X @ W, Y, reduction="sum") / (2 * len(X))


def bilinear_by_einsum(u: Tensor, v: Tensor, A: Tensor, y: Tensor):
    return F.mse_loss(F.bilinear(u.T, v.T, A[None]), y) / 2


def _conv1d(x: Tensor, w: Tensor, **settings: Any) -> Tensor:
    return F.conv1d(x.T[None], w.T[None], **settings)[0].T


def _conv2d(x: Tensor, k: Tensor, **settings: Any) -> Tensor:
    return F.conv2d(x[None, None], k[None, None], **settings)[0, 0]


def signal_convolution(x: Tensor, w: Tensor, b: Tensor, y: Tensor):
    return F.mse_loss(F.relu(_conv1d(x, w, bias=b[0])), y, reduction="sum") / 2


def signal_by_numpy(x: Tensor, w: Tensor, y: Tensor):
    return F.mse_loss(torch.tanh(_conv1d(x, w.flip(0))), y)


def signal_full(x: Tensor, w: Tensor, y: Tensor):
    return F.mse_loss(_conv1d(x, w.flip(0), padding=len(w) - 1), y, reduction="sum")


def image_convolution(X: Tensor, K: Tensor, b: Tensor, V: Tensor, y: Tensor):
    return (V @ F.relu(_conv2d(X, K, bias=b[0])).reshape(-1, 1) - y).square().sum() / 2


def image_padded(X: Tensor, K: Tensor, Y: Tensor):
    return F.mse_loss(torch.sigmoid(_conv2d(X, K, padding=1)), Y, reduction="sum")


def two_convolutions(X: Tensor, K1: Tensor, K2: Tensor):
    return _conv2d(torch.tanh(_conv2d(X, K1)), K2).square().sum() / 2


def two_channels(X1: Tensor, X2: Tensor, K1: Tensor, K2: Tensor, b: Tensor, y: Tensor):
    images, kernels = torch.stack([X1, X2])[None], torch.stack([K1, K2])[None]
    p = torch.sigmoid(F.relu(F.conv2d(images, kernels, bias=b[0])).mean())
    return -(y * p.log() + (1 - y) * (1 - p).log()).sum()


def strided_convolution(X: Tensor, K: Tensor):
    return torch.tanh(_conv2d(X, K, stride=2)).sum()


def max_pooling_net(X: Tensor, K: Tensor, W: Tensor, b: Tensor, y: Tensor):
    pooled = F.max_pool2d(F.relu(_conv2d(X, K))[None, None], 2)
    return F.cross_entropy(F.linear(pooled.reshape(1, -1), W, b[:, 0]), y.T)


def max_pooling_by_reshape(x: Tensor, w: Tensor):
    return F.softplus(-w[:, 0] @ F.max_pool1d(x.T[None], 2)[0, 0])


def average_pooling(X: Tensor, K: Tensor):
    return torch.tanh(F.avg_pool2d(X[None, None], 2)[0, 0] * K).sum()


def global_average_pooling(X1: Tensor, X2: Tensor, V: Tensor, y: Tensor):
    pooled = F.adaptive_avg_pool2d(torch.stack([X1, X2])[None], 1)[:, :, 0, 0]
    return F.cross_entropy(F.linear(pooled, V), y.T)


def _rnn(xs: list[Tensor], h0: Tensor, W: Tensor, U: Tensor, b: Tensor) -> Tensor:
    """All the hidden states, a row for each, by PyTorch's own recurrent layer."""
    layer = torch.nn.RNN(U.shape[1], U.shape[0], dtype=torch.float64)
    named = {"weight_ih_l0": U, "weight_hh_l0": W, "bias_ih_l0": b[:, 0],
             "bias_hh_l0": torch.zeros_like(b[:, 0])}  # fmt: skip
    inputs = torch.cat(xs, dim=1).T
    return torch.func.functional_call(layer, named, (inputs, h0.T))[0]


def recurrent_network(x1: Tensor, x2: Tensor, x3: Tensor, h0: Tensor, W: Tensor, U: Tensor,
                      b: Tensor, y: Tensor):  # fmt: skip
    return F.mse_loss(_rnn([x1, x2, x3], h0, W, U, b)[-1], y[:, 0], reduction="sum") / 2


def recurrent_on_paper(h0: Tensor, W: Tensor, U: Tensor, V: Tensor, b: Tensor, c: Tensor,
                       **steps: Tensor):  # fmt: skip
    states = _rnn([steps[f"x{t}"] for t in range(1, 5)], h0, W, U, b)
    targets = torch.cat([steps[f"y{t}"] for t in range(1, 5)], dim=1).T
    return F.cross_entropy(F.linear(states, V, c[:, 0]), targets, reduction="sum")


def recurrent_of_a_course(a0: Tensor, Wa: Tensor, ba: Tensor, Wy: Tensor, by: Tensor,
                          **steps: Tensor):  # fmt: skip
    m = len(Wa)
    states = _rnn([steps[f"x{t}"] for t in range(1, 4)], a0, Wa[:, :m], Wa[:, m:], ba)
    targets = torch.cat([steps[f"y{t}"] for t in range(1, 4)])
    return F.binary_cross_entropy_with_logits(F.linear(states, Wy, by[0]), targets)


def leaky_average(v0: Tensor, w: Tensor, beta: Tensor, eta: Tensor, **steps: Tensor):
    v = v0
    for t in range(1, 4):
        v = torch.lerp(steps[f"g{t}"], v, beta)
    return (w - eta * v).square().sum()


def lstm_cell(x: Tensor, h: Tensor, c: Tensor, W: Tensor, b: Tensor, y: Tensor):
    m = len(h)
    cell = torch.nn.LSTMCell(len(x), m, dtype=torch.float64)
    gates = torch.arange(4 * m).reshape(4, m)[[0, 1, 3, 2]].reshape(-1)  # the layer's own order
    W, b = W[gates], b[gates, 0]
    named = {"weight_ih": W[:, m:], "weight_hh": W[:, :m], "bias_ih": b,
             "bias_hh": torch.zeros_like(b)}  # fmt: skip
    new, _ = torch.func.functional_call(cell, named, (x.T, (h.T, c.T)))
    return F.mse_loss(new, y.T, reduction="sum")


def gru_cell(x: Tensor, h: Tensor, Wz: Tensor, Uz: Tensor, Wr: Tensor, Ur: Tensor, Wh: Tensor,
             Uh: Tensor, y: Tensor):  # fmt: skip
    z, r = torch.sigmoid(Wz @ x + Uz @ h), torch.sigmoid(Wr @ x + Ur @ h)
    new = torch.lerp(h, torch.tanh(Wh @ x + Uh @ (r * h)), z)
    return F.mse_loss(new, y, reduction="sum")


def attention(X: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor, Y: Tensor):
    out = F.scaled_dot_product_attention((X @ Wq)[None], (X @ Wk)[None], (X @ Wv)[None])[0]
    return F.mse_loss(out, Y, reduction="sum") / 2


def _heads(X: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor, Wo: Tensor) -> Tensor:
    """Two heads, by PyTorch's own layer."""
    width = X.shape[1]
    layer = torch.nn.MultiheadAttention(width, 2, bias=False, dtype=torch.float64, batch_first=True)
    named = {"in_proj_weight": torch.cat([Wq.T, Wk.T, Wv.T]), "out_proj.weight": Wo.T}
    batch = X[None]
    settings = {"need_weights": False}
    return torch.func.functional_call(layer, named, (batch, batch, batch), settings)[0][0]


def attention_with_heads(X: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor, Wo: Tensor, Y: Tensor):
    return F.mse_loss(_heads(X, Wq, Wk, Wv, Wo), Y, reduction="sum") / 2


def attention_with_mask(X: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor, M: Tensor, Y: Tensor):
    scores = (X @ Wq) @ (X @ Wk).T / Wq.shape[1] ** 0.5
    weights = F.softmax(scores.masked_fill(M == 0, -30.0), dim=1)
    return F.mse_loss(weights @ X @ Wv, Y)


def additive_attention(H: Tensor, q: Tensor, W: Tensor, U: Tensor, v: Tensor, y: Tensor):
    energies = torch.tanh(F.linear(H, W) + F.linear(q.T, U)) @ v
    return F.mse_loss(H.T @ energies.softmax(dim=0), y, reduction="sum") / 2


def layer_normalisation(X: Tensor, gamma: Tensor, beta: Tensor, Y: Tensor):
    out = F.layer_norm(X, X.shape[1:], gamma[0], beta[0], eps=1e-5)
    return F.mse_loss(out, Y, reduction="sum") / len(X)


def layer_normalisation_of_a_column(x: Tensor, g: Tensor, b: Tensor, y: Tensor):
    out = F.layer_norm(x[:, 0], (len(x),), g[:, 0], b[:, 0], eps=0.001)
    return F.mse_loss(out, y[:, 0], reduction="sum")


def batch_normalisation(X: Tensor, W: Tensor, gamma: Tensor, beta: Tensor, Y: Tensor):
    out = F.batch_norm(X @ W, None, None, gamma[0], beta[0], training=True, eps=1e-5)
    return F.mse_loss(F.relu(out), Y, reduction="sum") / (2 * len(X))


def batch_normalisation_of_one_feature(x: Tensor, gamma: Tensor, beta: Tensor, w: Tensor):
    out = F.batch_norm(x, None, None, gamma[0], beta[0], training=True, eps=1e-300)
    return (w * out.sin()).sum()


def rms_normalisation(X: Tensor, g: Tensor, Y: Tensor):
    return F.mse_loss(F.rms_norm(X, X.shape[1:], g[0], eps=1e-6), Y, reduction="sum")


def embedding_of_one_hot(X: Tensor, E: Tensor, W: Tensor, y: Tensor):
    rows = F.embedding_bag(X.argmax(dim=1)[None], E, mode="mean")
    # The rows that are looked up have no derivative by X; this term is 0 and has it.
    return F.cross_entropy((rows + ((X - X.detach()) @ E).mean(dim=0)) @ W, y)


def embedding_by_number(E: Tensor, u: Tensor, y: Tensor):
    rows = F.embedding(torch.tensor([3, 0]), E)
    return F.binary_cross_entropy_with_logits((rows[0] * rows[1]) @ u, y[0])


def skip_gram(v: Tensor, u: Tensor, N: Tensor):
    return -F.logsigmoid(u.T @ v).sum() - F.logsigmoid(-N @ v).sum()


def dropout(X: Tensor, M: Tensor, W1: Tensor, W2: Tensor, Y: Tensor, p: Tensor):
    kept = torch.tanh(X @ W1) * (M / (1 - p))
    return F.mse_loss(kept @ W2, Y, reduction="sum") / (2 * len(X))


def transformer_block(X: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor, Wo: Tensor, W1: Tensor,
                      W2: Tensor, Y: Tensor):  # fmt: skip
    normed = F.layer_norm(X + _heads(X, Wq, Wk, Wv, Wo), X.shape[1:], eps=1e-5)
    return F.mse_loss(normed + F.gelu(normed @ W1) @ W2, Y)


def gated_feed_forward(x: Tensor, W1: Tensor, W3: Tensor, W2: Tensor, y: Tensor):
    return F.mse_loss(W2 @ (F.silu(W1 @ x) * (W3 @ x)) + x, y, reduction="sum")


def residual_block(x: Tensor, W1: Tensor, W2: Tensor, y: Tensor):
    return F.mse_loss(W2 @ F.elu(W1 @ x) + x, y, reduction="sum") / 2


def autoencoder_with_tied_weights(X: Tensor, W: Tensor, b: Tensor, c: Tensor):
    hidden = torch.sigmoid(F.linear(X, W.T, b[0]))
    logits = F.linear(hidden, W, c[0])
    return (F.softplus(logits) - X * logits).mean()


def variational_autoencoder(x: Tensor, eps: Tensor, Wm: Tensor, Ws: Tensor, Wd: Tensor):
    mean, spread = Wm @ x, torch.exp(0.5 * (Ws @ x))
    posterior = torch.distributions.Normal(mean, spread)
    prior = torch.distributions.Normal(torch.zeros_like(mean), torch.ones_like(mean))
    logits = Wd @ (mean + spread * eps)
    reconstruction = (F.softplus(logits) - x * logits).sum()
    return reconstruction + torch.distributions.kl_divergence(posterior, prior).sum()


def contrastive(A: Tensor, B: Tensor, tau: Tensor):
    scores = F.normalize(A, dim=1) @ F.normalize(B, dim=1).T / tau
    return F.cross_entropy(scores, torch.arange(len(A)))


def triplet(a: Tensor, p: Tensor, n: Tensor):
    return F.relu((a - p).square().sum() - (a - n).square().sum() + 0.2)


def huber(X: Tensor, y: Tensor, w: Tensor):
    return F.huber_loss(X @ w, y, reduction="sum")


def clipped_policy(l: Tensor, l0: Tensor, A: Tensor):  # noqa: E741
    ratio = (l - l0).exp()
    return -torch.minimum(ratio * A, ratio.clamp(0.8, 1.2) * A).mean()


def focal(z: Tensor, y: Tensor, gamma: Tensor):
    log_p = F.logsigmoid(y * z)
    return -((1 - log_p.exp()) ** gamma * log_p).sum()


def gaussian_likelihood(X: Tensor, L: Tensor, mu: Tensor, x: Tensor):
    covariance = L @ L.T + torch.eye(len(L), dtype=torch.float64)
    density = torch.distributions.MultivariateNormal(mu[:, 0], covariance)
    constant = len(L) / 2 * torch.log(torch.tensor(2 * torch.pi, dtype=torch.float64))
    return -density.log_prob(x[:, 0]) - constant + 0 * X.sum()


def ridge_in_closed_form(X: Tensor, y: Tensor, lam: Tensor, V: Tensor, u: Tensor):
    gram = X.T @ X + lam * torch.eye(X.shape[1], dtype=torch.float64)
    return (V @ torch.linalg.solve(gram, X.T @ y) - u).square().sum()


def discounted_returns(r: Tensor, v: Tensor):
    returns = r.flip(0).cumsum(dim=0).flip(0)
    return F.mse_loss(v, returns, reduction="sum") / 2


def survival(x: Tensor, w: Tensor):
    return -(torch.exp(-F.softplus(x @ w).cumsum(dim=0)) + 0.1).log().sum()


def product_of_likelihoods(x: Tensor, y: Tensor, w: Tensor):
    return F.binary_cross_entropy_with_logits(w * x, y, reduction="sum")


def smoothness(x: Tensor, y: Tensor, lam: Tensor):
    return F.mse_loss(x, y, reduction="sum") + (lam * x.diff(dim=0).square().sum()).sum()


def determinant_flow(z: Tensor, W: Tensor, b: Tensor):
    return (W @ z + b).square().sum() / 2 - torch.linalg.slogdet(W).logabsdet


def polynomial_features(x: Tensor, y: Tensor, w: Tensor):
    return F.mse_loss(torch.cat([x**k for k in range(4)], dim=1) @ w, y) / 2


def gaussian_mixture(x: Tensor, a: Tensor, m: Tensor, s: Tensor):
    weights = torch.distributions.Categorical(logits=a[:, 0])
    parts = torch.distributions.Normal(m[:, 0], s[:, 0])
    mixture = torch.distributions.MixtureSameFamily(weights, parts)
    constant = torch.log(torch.tensor(2 * torch.pi, dtype=torch.float64)) / 2
    return (-mixture.log_prob(x) - constant).sum()


def cost(name: str) -> Callable[..., Tensor]:
    """The cost of the sheet of this name."""
    return globals()[name]
