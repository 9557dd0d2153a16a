"""The OpenAPI document against the running program: whatever it allows is answered, and as it says."""

import inspect
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from liveengine.caller import Role
from liveengine.cli.torture.doors.documented import breaks
from liveengine.command import Accepted
from liveengine.control.safety.keys import Keys
from tests.control.safety.lan import ADDRESS, needs_network
from tests.e2e import studio
from tests.e2e.studio import Server

schemathesis = pytest.importorskip("schemathesis")

EXAMPLES = 2  # of each operation
UNDER_WAY = {"queued", "running"}
WRONG = 4  # of each operation that is only asked for what it does not allow
# What takes seconds, writes where it is told to, ends the others' work, or speaks to the net ...
HEAVY = re.compile(r"/(generate-track|preprocess|upload|upload/track|arrange|mix|example|hear|sync/source)$")
WORK = inspect.getdoc(Accepted) or ""  # ... and all that answers so


@pytest.fixture(scope="module")
def server(common: Path) -> Iterator[Server]:
    with studio.serving(common) as running:
        yield running


def test_whatever_the_document_allows_is_answered_as_it_says(server: Server) -> None:
    answers = [status for operation in operations(server.url) if not heavy(operation) for status in asked(operation)]
    assert len(answers) > 300
    assert not {401, 403} & set(answers)
    assert server.osc.call("/transport/tempo")


def test_whatever_the_document_forbids_is_refused_before_any_work_begins(server: Server) -> None:
    studio.wait(lambda: not UNDER_WAY & server.web("/jobs/counts").keys(), 60.0)  # what was allowed before is over
    jobs = server.web("/jobs/counts")
    answers = {operation.label: wrong(operation) for operation in operations(server.url) if heavy(operation)}
    broken = {label: statuses for label, statuses in answers.items() if statuses}
    assert {label: statuses for label, statuses in broken.items() if min(statuses) < 400} == {}
    assert {"POST /api/v1/ingest", "POST /api/v1/train", "POST /api/v1/stems/mix"} < set(broken)
    assert len(broken) >= 12
    assert server.web("/jobs/counts") == jobs


@hypothesis.given(body=st.binary(max_size=400), form=st.booleans(), name=st.text(max_size=40))
@hypothesis.settings(max_examples=25, database=None, derandomize=True)
def test_no_upload_of_any_bytes_is_a_fault(server: Server, body: bytes, form: bool, name: str) -> None:
    head = {"Content-Type": "multipart/form-data; boundary=x" if form else "audio/wav"}
    for path in ("upload", "stems/example"):
        answer = httpx.post(f"{server.url}/api/v1/{path}", params={"filename": name}, content=body, headers=head)
        assert 400 <= answer.status_code < 500, (path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"


@needs_network
@pytest.mark.parametrize("role", ["watch", "arrange"])
def test_the_same_holds_for_another_machine_with_a_token(ingested: Path, tmp_path: Path, role: Role) -> None:
    library = Path(shutil.copytree(ingested, tmp_path / "library"))
    headers = {"Authorization": f"Bearer {Keys(library).token(role)}"}
    with studio.serving(library, "--lan", role) as server:
        url = f"http://{ADDRESS}:{server.info['ports']['http']}"
        light = [operation for operation in operations(url, headers) if not heavy(operation)]
        for operation in light if role == "watch" else ():
            assert set(asked(operation, {}, 1)) == {401}
        answers = [status for operation in light for status in asked(operation, headers, 1)]
        assert 401 not in answers
        assert answers.count(403) > (30 if role == "watch" else 5)
        assert 200 in answers


def operations(url: str, headers: dict[str, str] | None = None) -> list[Any]:
    """Return all that the document of a server has."""
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json", headers=headers or {})
    return [found.ok() for found in schema.get_all_operations()]


def heavy(operation: Any) -> bool:
    """Tell what is only asked for what it does not allow."""
    return bool(HEAVY.search(operation.path)) or WORK in str(operation.definition.raw["responses"])


def asked(operation: Any, headers: dict[str, str] | None = None, examples: int = EXAMPLES) -> list[int]:
    """Return the statuses of requests that were made of an operation, each answered as the document says."""
    return answered(operation, operation.as_strategy(), examples, headers)


def wrong(operation: Any) -> list[int]:
    """Return the statuses of requests that break what the document says; none where nothing can be wrong."""
    strategy = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE).filter(breaks)
    try:
        return answered(operation, strategy, WRONG)
    except Unsatisfiable:
        return []


def answered(operation: Any, strategy: Any, examples: int, headers: dict[str, str] | None = None) -> list[int]:
    statuses: list[int] = []

    @hypothesis.given(case=strategy)
    @hypothesis.settings(
        max_examples=examples, database=None, derandomize=True, phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    def ask(case: Any) -> None:
        answer = case.call(timeout=20.0, headers=headers)
        assert answer.status_code < 500 or answer.status_code == 503, f"{case.as_curl_command()}: {answer.text}"
        operation.validate_response(answer)
        statuses.append(answer.status_code)

    ask()
    return statuses
