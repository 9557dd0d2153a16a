"""The OpenAPI document against the running program: whatever it allows is answered, and as it says."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from liveengine.caller import Role
from liveengine.control.safety.keys import Keys
from tests.control.safety.lan import ADDRESS, needs_network
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
    answers = [status for found in schema.get_all_operations() for status in asked(found.ok())]
    assert len(answers) > 300
    assert not {401, 403} & set(answers)
    assert server.osc.call("/transport/tempo")


@needs_network
@pytest.mark.parametrize("role", ["watch", "arrange"])
def test_the_same_holds_for_another_machine_with_a_token(ingested: Path, tmp_path: Path, role: Role) -> None:
    library = Path(shutil.copytree(ingested, tmp_path / "library"))
    headers = {"Authorization": f"Bearer {Keys(library).token(role)}"}
    with studio.serving(library, "--lan", role) as server:
        url = f"http://{ADDRESS}:{server.info['ports']['http']}"
        schema = schemathesis.openapi.from_url(f"{url}/openapi.json", headers=headers).exclude(path_regex=HEAVY)
        for operation in schema.get_all_operations():
            assert set(asked(operation.ok(), {})) == {401}
        answers = [status for found in schema.get_all_operations() for status in asked(found.ok(), headers)]
        assert 401 not in answers
        assert answers.count(403) > (50 if role == "watch" else 5)
        assert 200 in answers


def asked(operation: Any, headers: dict[str, str] | None = None) -> list[int]:
    """Return the statuses of requests that were made of an operation, each answered as the document says."""
    statuses: list[int] = []

    @hypothesis.given(case=operation.as_strategy())
    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    def ask(case: Any) -> None:
        answer = case.call(timeout=20.0, headers=headers)
        assert answer.status_code < 500 or answer.status_code == 503, f"{case.as_curl_command()}: {answer.text}"
        operation.validate_response(answer)
        statuses.append(answer.status_code)

    ask()
    return statuses
