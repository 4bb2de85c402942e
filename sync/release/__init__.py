"""The first gate: a submission becomes a de-identified release record, or nothing leaves."""
