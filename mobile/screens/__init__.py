"""One `.py` and `.kv` a screen: each renders a presenter's view and passes touches on.

A screen holds no answer, relevance or validity. Where to go next is asked of `go.Go`.
"""
