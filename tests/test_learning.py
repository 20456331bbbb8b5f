import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize

from industag.learning import Prior, fit_logistic


def problem(seed=0, n_texts=60, n_features=12):
    random = np.random.default_rng(seed)
    features = sp.csr_array(random.random((n_texts, n_features)) * (random.random((n_texts, n_features)) < 0.4))
    targets = (random.random(n_texts) < 0.3).astype(float)
    return features, targets, np.ones(n_texts)


def test_without_texts_the_prior_stays():
    prior = Prior(np.array([1.0, -2.0]), np.array([3.0, 0.5]))
    weights = fit_logistic(sp.csr_array((0, 2)), np.zeros(0), np.zeros(0), prior)
    assert weights.tolist() == [1.0, -2.0]


def test_the_minimum_is_the_one_that_a_general_optimiser_finds():
    features, targets, ones = problem()
    prior = Prior(np.linspace(-1, 1, 12), np.full(12, 0.7))

    def objective(weights):
        signs = 2 * targets - 1
        distance = weights - prior.mean
        return np.logaddexp(0, -signs * (features @ weights)).sum() + 0.5 * (prior.precision * distance**2).sum()

    expected = minimize(objective, np.zeros(12), method="BFGS", options={"gtol": 1e-9}).x
    assert np.allclose(fit_logistic(features, targets, ones, prior), expected, atol=1e-5)


def test_the_gradient_vanishes_to_the_last_digits():
    features, targets, ones = problem(n_texts=300, n_features=40)
    prior = Prior(np.full(40, 2.0), np.full(40, 0.05))
    weights = fit_logistic(features, targets, ones, prior)
    wrong = 1 / (1 + np.exp((2 * targets - 1) * (features @ weights)))
    gradient = features.T @ (-(2 * targets - 1) * wrong) + prior.precision * (weights - prior.mean)
    assert np.abs(gradient).max() < 1e-9


def test_a_firm_prior_hardly_moves_and_a_loose_one_does():
    features, targets, ones = problem()
    mean = np.full(12, 3.0)
    firm = fit_logistic(features, targets, ones, Prior(mean, np.full(12, 1e6)))
    loose = fit_logistic(features, targets, ones, Prior(mean, np.full(12, 1e-1)))
    assert np.abs(firm - mean).max() < 1e-3
    assert np.abs(loose - mean).max() > 1.0


def test_a_text_of_weight_two_is_two_texts():
    features, targets, ones = problem()
    prior = Prior(np.zeros(12), np.ones(12))
    twice = fit_logistic(sp.vstack([features, features[:5]]).tocsr(), np.append(targets, targets[:5]), np.ones(65), prior)
    weighted = ones.copy()
    weighted[:5] = 2.0
    assert np.allclose(fit_logistic(features, targets, weighted, prior), twice, atol=1e-9)
