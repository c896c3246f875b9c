"""Words of the pages: what is banned on main pages, what is a sentence, how old a reader must be."""

import re

# Left out: words that are right in another sense on a page, as whole words only.
BANNED = [
    "utilisation", "availability", "OEE", "downtime event", "downtime", "classification",
    "reason code", "loss category", "changeover", "SMED", "micro-stoppage", "pareto",
    "cycle time", "takt", "out of statistical control", "nelson rule", "control limits", "Cpk",
    "tag", "data point", "register", "node", "entity", "topic", "asset", "device", "equipment",
    "work unit", "driver", "adapter", "connector", "protocol converter", "instance",
    "edge gateway", "server", "notification", "trigger", "automation", "flow", "rule chain",
    "federate", "publish", "sync", "baseline", "counterfactual", "ROI", "NPV", "break-even",
    "actuation", "set-point", "closed loop", "authenticate", "credentials", "please",
    "successfully", "oops", "simply",
]  # fmt: skip


def banned_words(text):
    """Banned words that stand in a text."""
    return [
        word
        for word in BANNED
        if re.search(rf"(?<![\w-]){re.escape(word)}s?(?![\w-])", text, re.IGNORECASE)
    ]


def is_answer(sentence):
    """Whether a first line is a sentence with a number or a name in it."""
    numbers = "one two three four five six seven eight nine ten none all nobody nothing no".split()
    words = re.findall(r"[A-Za-z0-9']+", sentence)
    says_something = any(
        word[0].isdigit() or word.lower() in numbers or (word[0].isupper() and i > 0)
        for i, word in enumerate(words)
    )
    return sentence.rstrip().endswith(".") and len(words) >= 3 and says_something


def syllables(word):
    """A fair count of syllables of an English word."""
    word = re.sub(r"[^a-z]", "", word.lower())
    if not word:
        return 1
    count = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith("le") and count > 1:
        count -= 1
    if word.endswith("ed") and not word.endswith(("ted", "ded")) and count > 1:
        count -= 1
    return max(1, count)


def reading_age(text):
    """Flesch-Kincaid grade plus five: the age in years at which most people can read it."""
    sentences = [s for s in re.split(r"[.?!]+(?:\s|$)", text) if s.strip()]
    words = re.findall(r"[A-Za-z][A-Za-z'-]*", text)
    if not sentences or not words:
        return 5.0
    grade = (
        0.39 * len(words) / len(sentences)
        + 11.8 * sum(map(syllables, words)) / len(words)
        - 15.59
    )
    return grade + 5
