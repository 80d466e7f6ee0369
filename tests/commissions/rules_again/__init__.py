"""The rules of commissions a second time: plain fractions from their text, and no code of the engine."""
