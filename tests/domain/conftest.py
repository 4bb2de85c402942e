"""The shipped household form, compiled once for all tests of the domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forms.authoring.build import build_form
from tests.domain.interviews import HOUSEHOLD

if TYPE_CHECKING:
    from forms.authoring.build import BuiltForm
    from forms.definition import FormDefinition


@pytest.fixture(scope="session")
def built() -> BuiltForm:
    return build_form(HOUSEHOLD)


@pytest.fixture(scope="session")
def household(built: BuiltForm) -> FormDefinition:
    return built.form
