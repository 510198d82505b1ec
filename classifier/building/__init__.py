"""How the committed models are made from published packages. Needs the `models` extra; no visit runs it."""
