"""What Optuna's default TPE sampler finds on five functions: one line for each function and seed.

usage: python study.py > optuna-5.csv       (pip install optuna==5.0.0)
"""

import math
import sys

import optuna

TRIALS = 100
SEEDS = 30


def branin(trial):
    x = trial.suggest_float("x", -5, 10)
    y = trial.suggest_float("y", 0, 15)
    bend = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return bend * bend + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
P = [
    [1312, 1696, 5569, 124, 8283, 5886],
    [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
]
ALPHA = [1.0, 1.2, 3.0, 3.2]


def hartmann(trial):
    x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(6)]
    return -sum(
        ALPHA[k] * math.exp(-sum(A[k][i] * (x[i] - P[k][i] * 1e-4) ** 2 for i in range(6))) for k in range(4)
    )


def rosenbrock(trial):
    x = [
        trial.suggest_float("x0", -5, 10),
        trial.suggest_float("x1", -5, 10),
        trial.suggest_int("x2", -5, 10),
        trial.suggest_int("x3", -5, 10),
    ]
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(3))


def rates(trial):
    rate = math.log10(trial.suggest_float("rate", 1e-6, 1, log=True))
    decay = math.log10(trial.suggest_float("decay", 1e-8, 1e-1, log=True))
    return (rate + 2.5) ** 2 + 0.5 * (decay + 4) ** 2 + 0.2 * (rate + 2.5) * (decay + 4)


def kinds(trial):
    kind = trial.suggest_categorical("kind", ["linear", "boosted", "constant"])
    if kind == "linear":
        return 0.1 + (trial.suggest_float("mix", 0, 1) - 0.3) ** 2
    if kind == "boosted":
        rate = math.log10(trial.suggest_float("rate", 1e-5, 1, log=True))
        return 0.2 * (rate + 2) ** 2 + 0.01 * (trial.suggest_int("depth", 1, 20) - 7) ** 2
    return 0.5


LEAST = {branin: 0.39788735772973816, hartmann: -3.322368011415515, rosenbrock: 0, rates: 0, kinds: 0}


def main():
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    print("function,seed,regret")
    for function, least in LEAST.items():
        for seed in range(SEEDS):
            study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
            study.optimize(function, n_trials=TRIALS)
            print(f"{function.__name__},{seed},{study.best_value - least:.6g}")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
