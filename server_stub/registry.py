"""The bundles that a project's controller signed, opened once and kept.

The release check judges by these and by nothing that came with a record. A bundle is verified again
whenever it is opened from the store, so that a changed store is noticed as well.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from server_stub.problems import ConfigError
from server_stub.store.enrolled import (
    add_bundle,
    add_project,
    bundle_content,
    controller_key,
)
from sync.bundles import open_bundle
from sync.keys import VerifyKey

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from forms.bundle import FormBundle


class BundleRegistry:
    """Opens bundles by project and digest, and remembers them: they never change."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], FormBundle] = {}
        self._lock = threading.Lock()

    def bundle(self, connection: Connection, project_id: str, digest: str) -> FormBundle | None:
        """The project's bundle with that digest; None when the controller never gave it here.

        Raises:
            BundleError: The store holds another file than was added.
        """
        key = (project_id, digest)
        with self._lock:
            if key not in self._open:
                content = bundle_content(connection, project_id, digest)
                if content is None:
                    return None
                self._open[key] = open_bundle(content, _controller(connection, project_id))
            return self._open[key]


def set_up_project(connection: Connection, project_id: str, key: VerifyKey, at: str) -> bool:
    """Make a project that trusts this controller; False when it was there. Idempotent.

    Raises:
        ConfigError: The project is there with another controller. A server cannot change whom
            tablets trust.
    """
    known = controller_key(connection, project_id)
    if known is None:
        add_project(connection, project_id, key.to_text(), at)
        return True
    if known != key.to_text():
        raise ConfigError(
            f"Project {project_id} is there with another controller key, which cannot be changed. "
            "Choose another project name."
        )
    return False


def take_bundle(connection: Connection, project_id: str, content: bytes, at: str) -> FormBundle:
    """Store a bundle, if the project's controller signed it. Idempotent.

    Raises:
        ConfigError: There is no such project.
        BundleError: The bundle is damaged, or signed by nobody or somebody else.
        PolicyError: Its privacy declarations are not permitted.
        XFormError: Its form cannot be read.
    """
    bundle = open_bundle(content, _controller(connection, project_id))
    add_bundle(connection, project_id, bundle, content, at)
    return bundle


def _controller(connection: Connection, project_id: str) -> VerifyKey:
    known = controller_key(connection, project_id)
    if known is None:
        raise ConfigError(f"There is no project {project_id} here. Begin with: makazi server init.")
    return VerifyKey.from_text(known)
