"""Recomputes rollout certificates from their text alone: the evidence after each tick, each verdict, and the digest.

Written from docs/guide/serving.md with the standard library; nothing is shared with the Java code.
"""
import datetime, hashlib, json, re, sys
from math import exp, floor, isclose, lgamma, log


def mean_exp(logs):
    top = max(logs)
    return top + log(sum(exp(x - top) for x in logs) / len(logs))


def choose(n, k):
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def odds_bet(m, tolerance, n1, k1, n0, k0):
    """ln of the likelihood ratio of k1, given k1 + k0: Fisher's noncentral hypergeometric law, odds m * tolerance."""
    splits = range(max(0, k1 + k0 - n0), min(n1, k1 + k0) + 1)
    ways = [choose(n1, j) + choose(n0, k1 + k0 - j) for j in splits]
    total = lambda odds: mean_exp([way + j * log(odds) for way, j in zip(ways, splits)])
    return k1 * log(m) - total(m * tolerance) + total(tolerance)


def rate_bet(m, limit, n1, k1, n0, k0):
    return k1 * log(m) - n1 * log(1 + (m - 1) * limit)


def pairs_bet(f, ratio, alone, live_alone, both):
    return alone * log(1 + f / ratio) + live_alone * log(1 - f) + both * log(1 + f / ratio * (1 - ratio))


class Guard:
    def __init__(self, terms, bets):
        self.terms, self.seen, self.blind, self.now, self.best = terms, 0, False, [0] * 4, [0] * 4
        self.compares = terms["kind"] in ("DISAGREEMENT", "CLASS_FLIPS")
        self.pairs, self.ratio = [(f, 0.0) for f in bets["pairs"]], max(1, terms.get("ratio", 1))
        rate = lambda limit, side: [(rate_bet, limit, m, "rate") for m in bets[side]]
        odds = lambda limit, side: [(odds_bet, limit, m, "odds") for m in bets[side]]
        if "atMost" in terms:
            self.sides = [rate(terms["atMost"], "rateAbove"), rate(terms["atMost"], "rateBelow")]
        elif "twoSidedMargin" in terms:  # each of the two questions of either model: sides 2 and 3 are about the live one
            margin, powers = terms["twoSidedMargin"], bets["twoSided"]
            worse = [(odds_bet, 1, margin**power, "odds") for power in powers]
            below = [(odds_bet, margin, margin**-power, "odds") for power in powers]
            self.sides = [worse, below, worse, below]
        else:
            negligible = rate(terms["negligible"], "rateBelow") if terms["negligible"] else []
            self.sides = [odds(terms["ratio"], "oddsAbove"), odds(terms["margin"], "oddsBelow") + negligible]
        self.logs = [[0.0] * len(side) for side in self.sides]

    def add_pairs(self, counts, in_step):  # of a shadow: pairs, bad on the candidate, on the live model, on both
        n, candidate, live, both = counts
        assert both <= min(candidate, live) and candidate + live - both <= n, f"no pairs: {counts}"
        if "atMost" in self.terms:
            self.logs[0] = [x + bet(m, limit, n, candidate, 0, 0) for x, (bet, limit, m, _) in zip(self.logs[0], self.sides[0])]
        else:
            self.pairs = [(f, x + pairs_bet(f, self.ratio, candidate - both, live - both, both)) for f, x in self.pairs]
        self.summed(0)
        self.blind = both == n
        self.seen += n if in_step and not self.blind else 0

    def summed(self, i):
        side = self.sides[i]
        kinds = {kind: [x for x, b in zip(self.logs[i], side) if b[3] == kind] for *_, kind in side}
        carried = mean_exp([mean_exp([x for _, x in self.pairs]), 0]) if i == 0 else 0  # half of the stake is carried
        self.now[i] = carried + mean_exp([mean_exp(logs) for logs in kinds.values()])
        self.best[i] = max(self.best[i], self.now[i])

    def add(self, counts, in_step):
        for i, side in enumerate(self.sides):
            told = counts if i < 2 else counts[2:] + counts[:2]
            self.logs[i] = [x + bet(m, limit, *told) for x, (bet, limit, m, _) in zip(self.logs[i], side)]
            self.summed(i)
        self.blind = counts[0] == counts[1] and counts[2] == counts[3]
        self.seen += counts[0] if in_step and not self.blind else 0

    def is_metric(self):
        return "twoSidedMargin" in self.terms

    def recorded(self):
        return (self.now[0], self.now[2 if self.is_metric() else 1])

    def is_worse(self):
        return self.best[0] >= log((2 if self.is_metric() else 1) / self.terms["alpha"])

    def is_better(self):
        return self.best[2] >= log(2 / self.terms["alpha"]) and not self.is_worse()

    def is_equal(self):
        return min(self.best[1], self.best[3]) >= -log(self.terms["beta"]) and not self.is_worse()

    def allows_next_step(self, shadow):
        if self.compares and not shadow:
            return True
        is_suspicious = not self.is_metric() and self.now[0] >= -log(self.terms["beta"])
        return self.seen >= self.terms["minimum"] and not self.blind and not is_suspicious

    def is_satisfied(self):
        return self.is_metric() or not self.terms["decisive"] or self.best[1] >= -log(self.terms["beta"])


def nanos(time):
    whole, _, part = time.rstrip("Z").partition(".")
    since = datetime.datetime.fromisoformat(whole) - datetime.datetime(1970, 1, 1)
    return (since.days * 86400 + since.seconds) * 10**9 + int((part + "0" * 9)[:9])


def span(text):
    parts = re.fullmatch(r"PT(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?", text).groups()
    return sum(round(float(part or 0) * unit * 1e9) for part, unit in zip(parts, (3600, 60, 1)))


# From which states the clock and people may move to which.
ALLOWED = {
    "DEADLINE": {"HELD": ("RUNNING",)},
    "HAND": {
        "PROMOTED": ("RUNNING", "PAUSED", "HELD"),
        "ROLLED_BACK": ("RUNNING", "PAUSED", "HELD", "PROMOTED"),
        "PAUSED": ("RUNNING",),
        "RUNNING": ("RUNNING", "PAUSED"),
    },
}


def verify(text):
    content, _, digest = text.rpartition(',"digest":')
    assert digest == '"sha256:%s"}' % hashlib.sha256((content + "}").encode()).hexdigest(), "the digest"
    document = json.loads(text)
    plan, left = document["plan"], list(document["transitions"])
    for terms in plan["guards"]:  # a latency quantile has a time for each model, and compares late answers as they are
        times = terms.get("quantile")
        assert (times is not None) == (terms["kind"] == "LATENCY_QUANTILE"), f"{terms['name']}: times"
        if times:
            candidate = floor(times["liveNanos"] * times["tolerance"] + 0.5)
            assert terms["ratio"] == 1 and times["liveNanos"] > 0 and times["tolerance"] >= 1, f"{terms['name']}: {times}"
            assert times["candidateNanos"] == candidate, f"{terms['name']}: {times}, but {candidate}"
    guards = {terms["name"]: Guard(terms, document["evidence"]) for terms in plan["guards"]}
    shares, started = plan["shares"], nanos(plan["started"])
    name, step, ends = "RUNNING", 0, started + span(plan["deadline"])
    evidence = document["evidence"]
    errors = next(terms["name"] for terms in plan["guards"] if terms["kind"] == "ERRORS")
    split, split_best = [0.0] * len(evidence["split"]), 0.0

    def chance(at):  # of a unit that is evidence: keys below the share of the step before have spoken
        spoken = shares[at - 1] / 100 if plan["unit"] == "key" and at else 0
        return (shares[at] / 100 - spoken) / (1 - spoken)

    def after_tick(time):
        if any(guard.is_worse() for guard in guards.values()):
            return "ROLLED_BACK", None
        if name == "RUNNING" and split_best >= -log(evidence["splitAlpha"]):
            return "HELD", step
        if name != "RUNNING" or time >= ends:
            return ("HELD", step) if name == "RUNNING" else None
        if time < started + span(plan["minimumTime"]) or not all(g.allows_next_step(shares[step] == 0) for g in guards.values()):
            return None
        satisfied = all(guard.is_satisfied() for guard in guards.values())
        for metric in (guard for guard in guards.values() if guard.is_metric()):
            if metric.is_better() and step + 1 < len(shares):
                return ("PROMOTED", None) if satisfied else None
            return ("HELD", step) if metric.is_better() or metric.is_equal() else None
        if step + 1 == len(shares):
            return "HELD", step
        if shares[step + 1] < 100:
            return "RUNNING", step + 1
        return ("PROMOTED", None) if satisfied else None

    for i, tick in enumerate(document["ticks"] + [None]):
        while left and left[0]["afterTicks"] == i and left[0]["cause"] != "EVIDENCE":  # what the clock and people did
            act = left.pop(0)
            next_name, next_step = act["state"]["name"], act["state"].get("step", step)
            allowed = ALLOWED[act["cause"]].get(next_name, ())
            assert name in allowed, f"{act} from {name}"
            assert act["cause"] != "DEADLINE" or nanos(act["time"]) >= ends, f"{act} before the deadline"
            if next_name == "RUNNING" and (name == "RUNNING" or next_step != step):  # moved on by hand
                assert next_step == step + 1 < len(shares) and shares[next_step] < 100, f"{act} at step {step}"
                started = nanos(act["time"])
                for each in guards.values():
                    each.seen = 0
            name, step = next_name, next_step
        if tick is None:
            break
        guard, time, at, *counts, worse, not_worse = tick
        in_step = at == step and name in ("RUNNING", "PAUSED", "HELD")
        (guards[guard].add if shares[at] else guards[guard].add_pairs)(counts, in_step)
        if guard == errors and 0 < shares[at] < 100 and (plan["unit"] == "key" or not plan["sticky"]):
            n1, n = counts[0], counts[0] + counts[2]
            split = [x + n1 * bet - n * log(1 + chance(at) * (exp(bet) - 1)) for x, bet in zip(split, evidence["split"])]
            split_best = max(split_best, mean_exp(split))
        for recorded, follows in zip((worse, not_worse), guards[guard].recorded()):
            assert isclose(recorded, follows, rel_tol=1e-9, abs_tol=1e-9), f"tick {i}: {recorded}, but {follows}"
        follows = after_tick(nanos(time))
        due = left and left[0]["afterTicks"] == i + 1 and left[0]["cause"] == "EVIDENCE"
        recorded = left.pop(0)["state"] if due else None
        assert (recorded and (recorded["name"], recorded.get("step"))) == follows, f"tick {i}: {recorded}, but {follows}"
        if follows:
            name, step = follows[0], follows[1] if follows[1] is not None else step
            if name == "RUNNING":
                started = nanos(time)
                for each in guards.values():
                    each.seen = 0
    assert not left, f"out of order: {left[0]}"
    return len(document["ticks"]), name


for path in sys.argv[1:]:
    try:
        ticks, state = verify(open(path, encoding="utf-8").read())
        print(f"passed: certificate {path.rsplit('/', 1)[-1]}: {ticks} ticks, {state}")
    except Exception as problem:
        print(f"FAILED: certificate {path.rsplit('/', 1)[-1]}: {type(problem).__name__}: {problem}")
