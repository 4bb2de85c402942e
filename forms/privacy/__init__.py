"""How private each answer is, and what may be shown of it: declared in the form, judged here.

A field without a class never leaves. The form carries class and treatment on its binds
(`pvy:class`, `pvy:do`, `pvy:consent`, namespace `urn:makazi:privacy:1`); `read_policy` turns them
into a frozen `Policy` or refuses the form. What a treatment does to a value is in `sync.release`.
"""

from forms.privacy.domain import ChoiceList, Domain, FieldKind
from forms.privacy.policy import FieldPolicy, Policy, RepeatPolicy, check_policy, read_policy
from forms.privacy.words import NAMESPACE, Consent, PrivacyClass, Treatment, Word

__all__ = [
    "NAMESPACE",
    "ChoiceList",
    "Consent",
    "Domain",
    "FieldKind",
    "FieldPolicy",
    "Policy",
    "PrivacyClass",
    "RepeatPolicy",
    "Treatment",
    "Word",
    "check_policy",
    "read_policy",
]
