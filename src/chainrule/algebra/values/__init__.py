"""Numbers for trees: evaluation, derivatives, points, sampling."""
