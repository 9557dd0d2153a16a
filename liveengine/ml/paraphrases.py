"""The queries in other words, which nothing is tuned by: config/relevance/paraphrases.toml. Runs on: anywhere.

Sentences that were in sight while words, weights and captions were chosen flatter. These were not, and are kept that
way: only figures are told of them, never which of them failed, and they are measured once per release.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from liveengine.errors import BadInput
from liveengine.ml.labels import LANGUAGES, Labels, asked

FILE = "config/relevance/paraphrases.toml"


def reworded(labels: Labels) -> Labels:
    """Return the set with the same queries in other words, and without modifiers; raises BadInput as `parse` does."""
    other = parse(asked("queries"), asked("paraphrases"))
    queries = tuple(replace(query, text=other[query.text["en"]]) for query in labels.queries)
    return replace(labels, queries=queries, modifiers=())


def parse(queries: Mapping[str, Any], paraphrases: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return English sentence of each query -> language -> its other wording, from the tables of both files.

    Raises BadInput, naming the sentence, when a query has no other wording in a language, a wording belongs to no
    query, or it is a sentence that is asked already.
    """
    texts = {one["en"]: one for group in queries.values() for one in group.get("queries", ())}
    if strange := [sentence for sentence in paraphrases if sentence not in texts]:
        raise BadInput(f"{FILE}: {strange[0]!r} is the English sentence of no query; write it as queries.toml does")
    taken = {one[language].casefold() for one in texts.values() for language in LANGUAGES}
    return {sentence: _wording(sentence, paraphrases.get(sentence, {}), taken) for sentence in texts}


def _wording(sentence: str, wording: Mapping[str, Any], taken: set[str]) -> dict[str, str]:
    """Return the wording by language; `taken` grows by it."""
    for language in LANGUAGES:
        text = wording.get(language)
        if not isinstance(text, str) or not text.strip():
            raise BadInput(f"{FILE}: the query {sentence!r} has no other wording in {language!r}; add one")
        if text.casefold() in taken:
            raise BadInput(f"{FILE}: {text!r}, for {sentence!r}, is asked already; say it otherwise")
        taken.add(text.casefold())
    return {language: wording[language] for language in LANGUAGES}
