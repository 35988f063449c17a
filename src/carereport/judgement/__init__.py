"""Judgement: what figures mean (status, change, variation, comparison, direction); it draws and words nothing."""
