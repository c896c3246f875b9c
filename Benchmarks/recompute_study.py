"""Works out the main figures of an exported study again, with nothing but Python's own library.

usage: recompute_study.py STUDY.json

Prints one JSON object. It shares no line with the program: the fit is by Gram-Schmidt, Student's t
by numerical integration. Figures agree to nine digits or better; those from drawn numbers use the
recorded seed and agree as well.
"""

import datetime
import json
import math
import sys

MASK = (1 << 64) - 1
MINOR_UNITS = {
    **dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK", "UGX"), 1),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 1000),
}
GRID = [-0.4 + 0.03 * k for k in range(47)]


def dot(a, b):
    return math.fsum(x * y for x, y in zip(a, b))


def fit(design, observed):
    """Coefficients, residuals and the inverse of X'X by modified Gram-Schmidt."""
    k = len(design[0])
    q, r = [], [[0.0] * k for _ in range(k)]
    for j in range(k):
        v = [row[j] for row in design]
        for _ in range(2):
            for i in range(j):
                along = dot(q[i], v)
                r[i][j] += along
                v = [a - along * b for a, b in zip(v, q[i])]
        r[j][j] = math.sqrt(dot(v, v))
        q.append([a / r[j][j] for a in v])

    def back(right):
        x = [0.0] * k
        for i in reversed(range(k)):
            x[i] = (right[i] - math.fsum(r[i][j] * x[j] for j in range(i + 1, k))) / r[i][i]
        return x

    beta = back([dot(column, observed) for column in q])
    rest = [y - dot(row, beta) for row, y in zip(design, observed)]
    roots = [back([1.0 if i == j else 0.0 for i in range(k)]) for j in range(k)]
    inverse = [[math.fsum(root[i] * root[j] for root in roots) for j in range(k)] for i in range(k)]
    log_det = -2 * math.fsum(math.log(abs(r[i][i])) for i in range(k))
    return beta, rest, inverse, log_det


def form(matrix, v):
    return dot([dot(row, v) for row in matrix], v)


def whiten(design, observed, times, rho):
    rows, values, log_variance = [design[0]], [observed[0]], 0.0
    for i in range(1, len(times)):
        memory = rho ** (times[i] - times[i - 1])
        scale = 1 / math.sqrt(1 - memory * memory)
        log_variance += math.log(1 - memory * memory)
        rows.append([(a - memory * b) * scale for a, b in zip(design[i], design[i - 1])])
        values.append((observed[i] - memory * observed[i - 1]) * scale)
    return rows, values, log_variance


def student_below(t, nu):
    """Share of Student's t below t, by Simpson's rule over an angle: t = sqrt(nu) tan(a)."""
    end = math.atan(abs(t) / math.sqrt(nu))
    steps = 2000
    h = end / steps
    total = 1 + math.cos(end) ** (nu - 1)
    total += math.fsum((4 if i % 2 else 2) * math.cos(i * h) ** (nu - 1) for i in range(1, steps))
    constant = math.exp(math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2)) / math.sqrt(math.pi)
    half = constant * total * h / 3
    return 0.5 + half if t > 0 else 0.5 - half


def solve(function, target, low, high, steps=60):
    for _ in range(steps):
        middle = (low + high) / 2
        if function(middle) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def day(text):
    return datetime.date.fromisoformat(text)


def windows(study):
    holes = [(e["from"], e["through"]) for e in study["exclusions"]]
    if study["choice"]["kind"] == "because-bad":
        holes.append((study["choice"]["from"], study["choice"]["through"]))
    before, after, seen, periods, previous = [], [], 0.0, 0, None
    for point in study["points"]:
        if previous is not None:
            between = any(
                first <= point["date"] and last >= previous["date"] for first, last in holes)
            periods += 0 if between else point["index"] - previous["index"] - 1
        previous = point
        if any(first <= point["date"] <= last for first, last in holes):
            continue
        coverage = float(point["coverage"])
        periods += 1
        seen += coverage
        if coverage < 0.5:
            continue
        (before if point["date"] < study["change"] else after).append(point)
    return before, after, seen / periods


def model_rows(study, before, after):
    trend, slope = study["terms"]["trend"], study["terms"]["slope"]
    width = len(study["columns"])
    centres = [
        math.fsum(float(p["columns"][c]) for p in before) / len(before) for c in range(width)]
    first, start = before[0]["index"], after[0]["index"]
    design, observed, weights = [], [], []
    for number, point in enumerate(before + after):
        late = number >= len(before)
        row = [1.0] + ([float(point["index"] - first + 1)] if trend else [])
        row.append(1.0 if late else 0.0)
        if slope:
            row.append(float(point["index"] - start + 1) if late else 0.0)
        row += [float(v) - c for v, c in zip(point["columns"], centres)]
        others = [float(v) for v in point["untouched"]]
        common = sum(others) / len(others) if others else 0.0
        design.append(row)
        observed.append(float(point["value"]) - common)
        weights.append(float(point["coverage"]))
    functional = [0.0] * len(design[0])
    step = 2 if trend else 1
    functional[step] = 1.0
    if slope:
        late = list(zip(design, weights))[len(before):]
        total = math.fsum(w for _, w in late)
        functional[step + 1] = math.fsum(w * row[step + 1] for row, w in late) / total
    times = [p["index"] for p in before + after]
    roots = [math.sqrt(w) for w in weights]
    design = [[v * root for v in row] for row, root in zip(design, roots)]
    observed = [v * root for v, root in zip(observed, roots)]
    return times, design, observed, functional


def newey_west(design, rest, inverse, times, functional, lag, freedom):
    # Only the variance of one sum of coefficients is needed: scores along its direction.
    direction = [dot(row, functional) for row in inverse]
    scores = [dot(row, direction) * e for row, e in zip(design, rest)]
    total = 0.0
    for i in range(len(scores)):
        for j in range(i, -1, -1):
            apart = times[i] - times[j]
            if apart > lag:
                break
            share = 1 - apart / (lag + 1)
            total += (1 if i == j else 2) * share * scores[i] * scores[j]
    return math.sqrt(max(0.0, total) * len(scores) / freedom)


def prais_winsten(design, observed, times):
    beta, _, _, _ = fit(design, observed)
    rho = 0.0
    for _ in range(100):
        rest = [y - dot(row, beta) for row, y in zip(design, observed)]
        below = dot(rest[:-1], rest[:-1])
        held = max(-0.99, min(0.99, dot(rest[1:], rest[:-1]) / below))
        rows, values, _ = whiten(design, observed, times, held)
        beta, left, inverse, _ = fit(rows, values)
        if abs(held - rho) < 1e-10:
            break
        rho = held
    return held, beta


def mixture(design, observed, times, functional):
    freedom = len(times) - len(functional)
    parts = []
    for rho in GRID:
        rows, values, log_variance = whiten(design, observed, times, rho)
        beta, rest, inverse, log_det = fit(rows, values)
        squares = dot(rest, rest)
        likelihood = -log_variance / 2 + log_det / 2 - freedom / 2 * math.log(squares)
        error = math.sqrt(squares / freedom * form(inverse, functional))
        parts.append((likelihood, rho, dot(beta, functional), error))
    best = max(p[0] for p in parts)
    kept = [(math.exp(p[0] - best), *p[1:]) for p in parts if math.exp(p[0] - best) >= 1e-6]
    total = math.fsum(p[0] for p in kept)
    return [(w / total, rho, centre, error) for w, rho, centre, error in kept]


def mixture_range(parts, freedom, level):
    low = min(c - 12 * e for _, _, c, e in parts)
    high = max(c + 12 * e for _, _, c, e in parts)

    def below(x):
        return math.fsum(w * student_below((x - c) / e, freedom) for w, _, c, e in parts)

    return [solve(below, share, low, high, 50) for share in ((1 - level) / 2, (1 + level) / 2)]


def bits(seed):
    state = seed
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def percentile(values, share):
    place = share * (len(values) - 1)
    index = int(place)
    if index + 1 >= len(values):
        return values[-1]
    return values[index] + (place - index) * (values[index + 1] - values[index])


def bootstrap(study, design, rest, inverse, functional, effect, before, freedom):
    count = len(rest)
    block = 1
    while block ** 3 < count:
        block += 1
    week = min(study["measure"]["periods_per_week"], before // 4)
    block = min(count, max(block, week))
    centre = math.fsum(rest) / count
    stretch = math.sqrt(count / freedom)
    drawn = [(e - centre) * stretch for e in rest]
    direction = [dot(row, functional) for row in inverse]
    influence = [dot(row, direction) for row in design]
    stream, effects = bits(int(study["seed"])), []
    for _ in range(2000):
        total, place = 0.0, 0
        while place < count:
            start = (next(stream) * (count - block + 1)) >> 64
            for step in range(min(block, count - place)):
                total += influence[place + step] * drawn[start + step]
            place += block
        effects.append(effect + total)
    effects.sort()
    return [percentile(effects, 0.025), percentile(effects, 0.975)]


def money(study, benefit):
    terms = study["money"]
    minor = MINOR_UNITS.get(terms["currency"], 100)
    yearly_lines = {"subscription", "support", "calibration", "energy"}
    once = sum(v[1] for k, v in terms["costs"].items() if k not in yearly_lines)
    once = max(0, once - sum(g["amount"] for g in terms["grants"])) / minor
    running = sum(v[1] for k, v in terms["costs"].items() if k in yearly_lines) / minor
    units = benefit * study["measure"]["periods_per_week"] * terms["weeks_per_year"]
    net = units * float(terms["worth"][1]) - running
    rate, years = float(terms["rate"]), terms["years"]
    flows = [-once] + [net] * years
    flows[-1] += terms["residual"] / minor
    value = math.fsum(flow / (1 + rate) ** t for t, flow in enumerate(flows))
    return {
        "cost_once": once, "net_per_year": net, "present_value": value,
        "payback_months": once / (net / 12) if net > 0 else None,
    }


def main(path):
    with open(path, encoding="utf-8") as file:
        study = json.load(file)
    if study["form"] != "study/1" or study["method"] != "segmented/1":
        sys.exit(f"{path}: form or method is not one that this program knows")
    before, after, coverage = windows(study)
    times, design, observed, functional = model_rows(study, before, after)
    beta, rest, inverse, _ = fit(design, observed)
    count, freedom = len(times), len(times) - len(functional)
    effect = dot(beta, functional)
    lag = int(4 * (count / 100) ** (2 / 9) + 1e-9)
    error = newey_west(design, rest, inverse, times, functional, lag, freedom)
    t = solve(lambda x: student_below(x, freedom), 0.975, 0, 50)
    parts = mixture(design, observed, times, functional)
    wide = mixture_range(parts, freedom, 0.95)
    alike = wide[1] - wide[0] >= 2 * t * error
    range95 = wide if alike else [effect - t * error, effect + t * error]
    middle = math.fsum(w * c for w, _, c, _ in parts) if alike else effect
    t90 = solve(lambda x: student_below(x, freedom), 0.95, 0, 50)
    range90 = (
        mixture_range(parts, freedom, 0.9) if alike
        else [effect - t90 * error, effect + t90 * error])
    steps = [(a - b) ** 2 for a, b in zip(rest[1:], rest)]
    rho, _ = prais_winsten(design, observed, times)
    sign = -1 if study["measure"]["better"] == "less" else 1
    drawn = bootstrap(study, design, rest, inverse, functional, effect, len(before), freedom)
    print(json.dumps({
        "before": len(before), "after": len(after), "coverage": coverage,
        "coefficients": beta, "plain_effect": effect, "lag": lag, "newey_west_error": error,
        "durbin_watson": math.fsum(steps) / dot(rest, rest), "prais_winsten_rho": rho,
        "benefit": sign * middle, "range95": sorted(sign * v for v in range95),
        "range90": sorted(sign * v for v in range90),
        "bootstrap95": sorted(sign * v for v in drawn),
        "money": money(study, sign * middle) if study["money"]["worth"] else None,
    }, indent=1))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
