"""The OpenAPI document against the running program: whatever it allows is answered, and as it says."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.e2e import studio
from tests.e2e.studio import Server

schemathesis = pytest.importorskip("schemathesis")

EXAMPLES = 2  # of each operation
# What starts work of seconds, writes where it is told to, ends the others' work, or speaks to the net.
HEAVY = (
    r"/(render|kit|generate-track|stems/reembed|export|preprocess|upload|ingest|analyse|arrange|mix|example|hear"
    r"|sync/source)$"
)


@pytest.fixture(scope="module")
def server(ingested: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    library = Path(shutil.copytree(ingested, tmp_path_factory.mktemp("schema") / "library"))
    with studio.serving(library) as running:
        yield running


def test_whatever_the_document_allows_is_answered_as_it_says(server: Server) -> None:
    schema = schemathesis.openapi.from_url(f"{server.url}/openapi.json").exclude(path_regex=HEAVY)
    assert sum(asked(found.ok()) for found in schema.get_all_operations()) > 300
    assert server.osc.call("/transport/tempo")


def asked(operation: Any) -> int:
    """Return how many requests were made of an operation, each of which was answered as the document says."""
    count = 0

    @hypothesis.given(case=operation.as_strategy())
    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    def ask(case: Any) -> None:
        nonlocal count
        count += 1
        answer = case.call(timeout=20.0)
        assert answer.status_code < 500 or answer.status_code == 503, f"{case.as_curl_command()}: {answer.text}"
        operation.validate_response(answer)

    ask()
    return count
