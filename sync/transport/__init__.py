"""How bytes travel: the one module that speaks HTTP, and what its answers mean."""
