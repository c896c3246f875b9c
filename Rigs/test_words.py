"""The checks of words are checked themselves."""

import pytest

from words import banned_words, is_answer, reading_age


@pytest.mark.parametrize(
    "sentence, right",
    [
        ("4 of 8 machines are running. Two need a person.", True),
        ("Most lost time was waiting for material: 7.4 hours this week.", True),
        ("Lathe 1 is running.", True),
        ("Nothing is connected yet.", True),
        ("Machine overview", False),
        ("Welcome to the dashboard.", False),
    ],
)
def test_a_first_line_is_a_sentence_that_says_something(sentence, right):
    assert is_answer(sentence) == right


def test_banned_words_are_found_whole():
    assert banned_words("OEE and the servers") == ["OEE", "server"]
    assert banned_words("Staging the flowers, registered") == []


def test_plain_sentences_are_for_twelve_year_olds_and_reports_are_not():
    assert reading_age("4 of 8 machines are running. Two need a person.") <= 12
    assert reading_age("The press brake stopped for 24 min. Nobody has said why yet.") <= 12
    hard = "Utilisation optimisation necessitates organisational reconfiguration of capabilities."
    assert reading_age(hard) > 16
