"""The addresses of the server: thin, all judgement is elsewhere."""
