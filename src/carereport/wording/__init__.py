"""How figures become words: numbers, sentences of the phrase table, and the lint that guards both."""
