"""What Lark makes of conditions.lark, held because making it takes longer than all else of a check.

Made by tools/make_grammar.py; where the grammar or Lark is another, it is made anew when it is used.
"""

from typing import Any

MADE_OF = "1.3.1 b6e506c165d1d92f7237794ba90d31eea920c491df4f51b9f8ae55463573edf0"
DATA: dict[Any, Any] = \
{'parser': {'lexer_conf': {'terminals': [{'@': 0}, {'@': 1}, {'@': 2}, {'@': 3}, {'@': 4}, {'@': 5}, {'@': 6}, {'@': 7
}, {'@': 8}, {'@': 9}, {'@': 10}, {'@': 11}, {'@': 12}, {'@': 13}, {'@': 14}, {'@': 15}, {'@': 16}, {'@': 17}, {'@':
18}, {'@': 19}], 'ignore': ['__IGNORE_0'], 'g_regex_flags': 0, 'use_bytes': False, 'lexer_type': 'contextual',
'__type__': 'LexerConf'}, 'parser_conf': {'rules': [{'@': 20}, {'@': 21}, {'@': 22}, {'@': 23}, {'@': 24}, {'@': 25},
{'@': 26}, {'@': 27}, {'@': 28}, {'@': 29}, {'@': 30}, {'@': 31}, {'@': 32}, {'@': 33}, {'@': 34}, {'@': 35}, {'@': 36
}, {'@': 37}, {'@': 38}, {'@': 39}, {'@': 40}, {'@': 41}, {'@': 42}, {'@': 43}, {'@': 44}, {'@': 45}, {'@': 46}, {'@':
47}, {'@': 48}, {'@': 49}, {'@': 50}, {'@': 51}, {'@': 52}, {'@': 53}, {'@': 54}, {'@': 55}], 'start': ['start'],
'parser_type': 'lalr', '__type__': 'ParserConf'}, 'parser': {'tokens': {0: 'RPAR', 1: 'COMMA', 2: 'OR', 3: 'AND', 4:
'$END', 5: 'NOT', 6: 'NULL', 7: 'PLUS', 8: 'MINUS', 9: 'OVER', 10: 'TIMES', 11: 'IN', 12: 'OPERATOR', 13: 'BETWEEN',
14: 'IS', 15: 'product', 16: 'NUMBER', 17: 'sum', 18: 'NAME', 19: 'LPAR', 20: 'atom', 21: 'TEXT', 22:
'__comparison_star_0', 23: 'not_', 24: 'and_', 25: 'comparison', 26: 'or_', 27: 'DOT', 28: '__atom_star_1', 29:
'start'}, 'states': {0: {0: (1, {'@': 23}), 1: (1, {'@': 23}), 2: (1, {'@': 23}), 3: (1, {'@': 23}), 4: (1, {'@': 23})
}, 1: {0: (1, {'@': 32}), 1: (1, {'@': 32}), 2: (1, {'@': 32}), 3: (1, {'@': 32}), 4: (1, {'@': 32})}, 2: {5: (0, 59),
6: (0, 8)}, 3: {7: (0, 20), 8: (0, 33), 0: (1, {'@': 28}), 1: (1, {'@': 28}), 2: (1, {'@': 28}), 3: (1, {'@': 28}), 4:
(1, {'@': 28})}, 4: {0: (1, {'@': 51}), 9: (1, {'@': 51}), 7: (1, {'@': 51}), 8: (1, {'@': 51}), 10: (1, {'@': 51}), 1
: (1, {'@': 51}), 11: (1, {'@': 51}), 5: (1, {'@': 51}), 12: (1, {'@': 51}), 2: (1, {'@': 51}), 13: (1, {'@': 51}), 3:
(1, {'@': 51}), 4: (1, {'@': 51}), 14: (1, {'@': 51})}, 5: {15: (0, 72), 8: (0, 10), 16: (0, 18), 17: (0, 32), 18: (0,
26), 19: (0, 25), 20: (0, 46), 21: (0, 29)}, 6: {8: (0, 10), 16: (0, 18), 20: (0, 7), 18: (0, 26), 19: (0, 25), 21: (0
, 29)}, 7: {0: (1, {'@': 42}), 9: (1, {'@': 42}), 7: (1, {'@': 42}), 8: (1, {'@': 42}), 10: (1, {'@': 42}), 1: (1, {
'@': 42}), 3: (1, {'@': 42}), 5: (1, {'@': 42}), 12: (1, {'@': 42}), 2: (1, {'@': 42}), 13: (1, {'@': 42}), 11: (1, {
'@': 42}), 14: (1, {'@': 42}), 4: (1, {'@': 42})}, 8: {0: (1, {'@': 35}), 1: (1, {'@': 35}), 2: (1, {'@': 35}), 3: (1,
{'@': 35}), 4: (1, {'@': 35})}, 9: {0: (1, {'@': 31}), 1: (1, {'@': 31}), 2: (1, {'@': 31}), 3: (1, {'@': 31}), 4: (1,
{'@': 31})}, 10: {16: (0, 37)}, 11: {13: (0, 60), 11: (0, 51)}, 12: {1: (0, 38), 8: (0, 33), 22: (0, 35), 7: (0, 20),
0: (0, 45)}, 13: {2: (0, 55), 0: (1, {'@': 55}), 1: (1, {'@': 55})}, 14: {15: (0, 72), 8: (0, 10), 16: (0, 18), 18: (0
, 26), 17: (0, 64), 19: (0, 25), 20: (0, 46), 21: (0, 29)}, 15: {15: (0, 72), 8: (0, 10), 17: (0, 58), 19: (0, 25), 18
: (0, 26), 20: (0, 46), 21: (0, 29), 5: (0, 54), 16: (0, 18), 0: (0, 34), 23: (0, 0), 24: (0, 63), 25: (0, 49), 26: (0
, 28)}, 16: {0: (1, {'@': 49}), 9: (1, {'@': 49}), 7: (1, {'@': 49}), 8: (1, {'@': 49}), 10: (1, {'@': 49}), 1: (1, {
'@': 49}), 11: (1, {'@': 49}), 5: (1, {'@': 49}), 12: (1, {'@': 49}), 2: (1, {'@': 49}), 13: (1, {'@': 49}), 3: (1, {
'@': 49}), 4: (1, {'@': 49}), 14: (1, {'@': 49})}, 17: {0: (1, {'@': 48}), 9: (1, {'@': 48}), 7: (1, {'@': 48}), 8: (1
, {'@': 48}), 10: (1, {'@': 48}), 1: (1, {'@': 48}), 11: (1, {'@': 48}), 5: (1, {'@': 48}), 12: (1, {'@': 48}), 2: (1,
{'@': 48}), 13: (1, {'@': 48}), 3: (1, {'@': 48}), 4: (1, {'@': 48}), 14: (1, {'@': 48})}, 18: {0: (1, {'@': 43}), 9:
(1, {'@': 43}), 7: (1, {'@': 43}), 8: (1, {'@': 43}), 10: (1, {'@': 43}), 1: (1, {'@': 43}), 11: (1, {'@': 43}), 5: (1
, {'@': 43}), 12: (1, {'@': 43}), 2: (1, {'@': 43}), 13: (1, {'@': 43}), 3: (1, {'@': 43}), 4: (1, {'@': 43}), 14: (1,
{'@': 43})}, 19: {15: (0, 72), 8: (0, 10), 16: (0, 18), 18: (0, 26), 17: (0, 66), 19: (0, 25), 20: (0, 46), 21: (0, 29
)}, 20: {15: (0, 65), 8: (0, 10), 16: (0, 18), 18: (0, 26), 19: (0, 25), 20: (0, 46), 21: (0, 29)}, 21: {0: (1, {'@':
26}), 1: (1, {'@': 26}), 2: (1, {'@': 26}), 3: (1, {'@': 26}), 4: (1, {'@': 26})}, 22: {2: (0, 55), 0: (0, 4)}, 23: {
15: (0, 72), 8: (0, 10), 23: (0, 44), 17: (0, 58), 19: (0, 25), 18: (0, 26), 20: (0, 46), 21: (0, 29), 5: (0, 54), 16:
(0, 18), 25: (0, 49)}, 24: {0: (1, {'@': 47}), 9: (1, {'@': 47}), 7: (1, {'@': 47}), 8: (1, {'@': 47}), 10: (1, {'@':
47}), 1: (1, {'@': 47}), 11: (1, {'@': 47}), 5: (1, {'@': 47}), 12: (1, {'@': 47}), 2: (1, {'@': 47}), 13: (1, {'@':
47}), 3: (1, {'@': 47}), 4: (1, {'@': 47}), 14: (1, {'@': 47})}, 25: {15: (0, 72), 8: (0, 10), 17: (0, 58), 19: (0, 25
), 18: (0, 26), 20: (0, 46), 21: (0, 29), 5: (0, 54), 16: (0, 18), 23: (0, 0), 24: (0, 63), 25: (0, 49), 26: (0, 22)},
26: {19: (0, 15), 27: (0, 40), 0: (1, {'@': 46}), 9: (1, {'@': 46}), 7: (1, {'@': 46}), 8: (1, {'@': 46}), 10: (1, {
'@': 46}), 1: (1, {'@': 46}), 11: (1, {'@': 46}), 5: (1, {'@': 46}), 12: (1, {'@': 46}), 2: (1, {'@': 46}), 13: (1, {
'@': 46}), 3: (1, {'@': 46}), 4: (1, {'@': 46}), 14: (1, {'@': 46})}, 27: {15: (0, 72), 8: (0, 10), 16: (0, 18), 18: (
0, 26), 17: (0, 52), 19: (0, 25), 20: (0, 46), 21: (0, 29)}, 28: {0: (0, 16), 2: (0, 55), 28: (0, 70), 1: (0, 42)}, 29
: {0: (1, {'@': 45}), 9: (1, {'@': 45}), 7: (1, {'@': 45}), 8: (1, {'@': 45}), 10: (1, {'@': 45}), 1: (1, {'@': 45}),
11: (1, {'@': 45}), 5: (1, {'@': 45}), 12: (1, {'@': 45}), 2: (1, {'@': 45}), 13: (1, {'@': 45}), 3: (1, {'@': 45}), 4
: (1, {'@': 45}), 14: (1, {'@': 45})}, 30: {0: (0, 9), 1: (0, 5)}, 31: {7: (0, 20), 8: (0, 33), 0: (1, {'@': 29}), 1:
(1, {'@': 29}), 2: (1, {'@': 29}), 3: (1, {'@': 29}), 4: (1, {'@': 29})}, 32: {7: (0, 20), 8: (0, 33), 0: (1, {'@': 53
}), 1: (1, {'@': 53})}, 33: {15: (0, 56), 8: (0, 10), 16: (0, 18), 18: (0, 26), 19: (0, 25), 20: (0, 46), 21: (0, 29)}
, 34: {0: (1, {'@': 50}), 9: (1, {'@': 50}), 7: (1, {'@': 50}), 8: (1, {'@': 50}), 10: (1, {'@': 50}), 1: (1, {'@': 50
}), 11: (1, {'@': 50}), 5: (1, {'@': 50}), 12: (1, {'@': 50}), 2: (1, {'@': 50}), 13: (1, {'@': 50}), 3: (1, {'@': 50}
), 4: (1, {'@': 50}), 14: (1, {'@': 50})}, 35: {0: (0, 67), 1: (0, 5)}, 36: {15: (0, 72), 8: (0, 10), 17: (0, 58), 19:
(0, 25), 29: (0, 73), 18: (0, 26), 20: (0, 46), 26: (0, 62), 21: (0, 29), 5: (0, 54), 16: (0, 18), 23: (0, 0), 24: (0,
63), 25: (0, 49)}, 37: {0: (1, {'@': 44}), 9: (1, {'@': 44}), 7: (1, {'@': 44}), 8: (1, {'@': 44}), 10: (1, {'@': 44})
, 1: (1, {'@': 44}), 11: (1, {'@': 44}), 5: (1, {'@': 44}), 12: (1, {'@': 44}), 2: (1, {'@': 44}), 13: (1, {'@': 44}),
3: (1, {'@': 44}), 4: (1, {'@': 44}), 14: (1, {'@': 44})}, 38: {15: (0, 72), 8: (0, 10), 16: (0, 18), 17: (0, 53), 18:
(0, 26), 19: (0, 25), 20: (0, 46), 21: (0, 29)}, 39: {8: (0, 10), 16: (0, 18), 18: (0, 26), 19: (0, 25), 20: (0, 50),
21: (0, 29)}, 40: {18: (0, 24)}, 41: {15: (0, 72), 8: (0, 10), 16: (0, 18), 17: (0, 12), 18: (0, 26), 19: (0, 25), 20:
(0, 46), 21: (0, 29)}, 42: {15: (0, 72), 8: (0, 10), 17: (0, 58), 19: (0, 25), 18: (0, 26), 20: (0, 46), 21: (0, 29),
5: (0, 54), 16: (0, 18), 23: (0, 0), 24: (0, 63), 26: (0, 71), 25: (0, 49)}, 43: {15: (0, 72), 8: (0, 10), 17: (0, 58)
, 19: (0, 25), 18: (0, 26), 20: (0, 46), 21: (0, 29), 5: (0, 54), 16: (0, 18), 26: (0, 13), 23: (0, 0), 24: (0, 63),
25: (0, 49)}, 44: {0: (1, {'@': 24}), 1: (1, {'@': 24}), 2: (1, {'@': 24}), 3: (1, {'@': 24}), 4: (1, {'@': 24})}, 45:
{0: (1, {'@': 34}), 1: (1, {'@': 34}), 2: (1, {'@': 34}), 3: (1, {'@': 34}), 4: (1, {'@': 34})}, 46: {0: (1, {'@': 40}
), 9: (1, {'@': 40}), 7: (1, {'@': 40}), 8: (1, {'@': 40}), 10: (1, {'@': 40}), 1: (1, {'@': 40}), 3: (1, {'@': 40}),
5: (1, {'@': 40}), 12: (1, {'@': 40}), 2: (1, {'@': 40}), 13: (1, {'@': 40}), 11: (1, {'@': 40}), 14: (1, {'@': 40}),
4: (1, {'@': 40})}, 47: {3: (0, 23), 0: (1, {'@': 22}), 2: (1, {'@': 22}), 1: (1, {'@': 22}), 4: (1, {'@': 22})}, 48:
{15: (0, 72), 8: (0, 10), 16: (0, 18), 17: (0, 31), 18: (0, 26), 19: (0, 25), 20: (0, 46), 21: (0, 29)}, 49: {0: (1, {
'@': 25}), 1: (1, {'@': 25}), 2: (1, {'@': 25}), 3: (1, {'@': 25}), 4: (1, {'@': 25})}, 50: {0: (1, {'@': 41}), 9: (1,
{'@': 41}), 7: (1, {'@': 41}), 8: (1, {'@': 41}), 10: (1, {'@': 41}), 1: (1, {'@': 41}), 3: (1, {'@': 41}), 5: (1, {
'@': 41}), 12: (1, {'@': 41}), 2: (1, {'@': 41}), 13: (1, {'@': 41}), 11: (1, {'@': 41}), 14: (1, {'@': 41}), 4: (1, {
'@': 41})}, 51: {19: (0, 41)}, 52: {1: (0, 38), 8: (0, 33), 22: (0, 30), 7: (0, 20), 0: (0, 1)}, 53: {7: (0, 20), 8: (
0, 33), 0: (1, {'@': 52}), 1: (1, {'@': 52})}, 54: {15: (0, 72), 8: (0, 10), 17: (0, 58), 19: (0, 25), 23: (0, 21), 18
: (0, 26), 20: (0, 46), 21: (0, 29), 5: (0, 54), 16: (0, 18), 25: (0, 49)}, 55: {15: (0, 72), 8: (0, 10), 17: (0, 58),
19: (0, 25), 18: (0, 26), 24: (0, 47), 20: (0, 46), 21: (0, 29), 5: (0, 54), 16: (0, 18), 23: (0, 0), 25: (0, 49)}, 56
: {10: (0, 39), 9: (0, 6), 0: (1, {'@': 39}), 7: (1, {'@': 39}), 8: (1, {'@': 39}), 1: (1, {'@': 39}), 3: (1, {'@': 39
}), 5: (1, {'@': 39}), 12: (1, {'@': 39}), 2: (1, {'@': 39}), 13: (1, {'@': 39}), 11: (1, {'@': 39}), 14: (1, {'@': 39
}), 4: (1, {'@': 39})}, 57: {7: (0, 20), 3: (0, 19), 8: (0, 33)}, 58: {14: (0, 2), 11: (0, 68), 5: (0, 11), 8: (0, 33)
, 7: (0, 20), 12: (0, 69), 13: (0, 14), 0: (1, {'@': 27}), 1: (1, {'@': 27}), 2: (1, {'@': 27}), 3: (1, {'@': 27}), 4:
(1, {'@': 27})}, 59: {6: (0, 61)}, 60: {15: (0, 72), 8: (0, 10), 16: (0, 18), 18: (0, 26), 17: (0, 57), 19: (0, 25),
20: (0, 46), 21: (0, 29)}, 61: {0: (1, {'@': 36}), 1: (1, {'@': 36}), 2: (1, {'@': 36}), 3: (1, {'@': 36}), 4: (1, {
'@': 36})}, 62: {2: (0, 55), 4: (1, {'@': 20})}, 63: {3: (0, 23), 0: (1, {'@': 21}), 2: (1, {'@': 21}), 1: (1, {'@':
21}), 4: (1, {'@': 21})}, 64: {3: (0, 48), 7: (0, 20), 8: (0, 33)}, 65: {10: (0, 39), 9: (0, 6), 0: (1, {'@': 38}), 7:
(1, {'@': 38}), 8: (1, {'@': 38}), 1: (1, {'@': 38}), 3: (1, {'@': 38}), 5: (1, {'@': 38}), 12: (1, {'@': 38}), 2: (1,
{'@': 38}), 13: (1, {'@': 38}), 11: (1, {'@': 38}), 14: (1, {'@': 38}), 4: (1, {'@': 38})}, 66: {7: (0, 20), 8: (0, 33
), 0: (1, {'@': 30}), 1: (1, {'@': 30}), 2: (1, {'@': 30}), 3: (1, {'@': 30}), 4: (1, {'@': 30})}, 67: {0: (1, {'@':
33}), 1: (1, {'@': 33}), 2: (1, {'@': 33}), 3: (1, {'@': 33}), 4: (1, {'@': 33})}, 68: {19: (0, 27)}, 69: {15: (0, 72)
, 8: (0, 10), 16: (0, 18), 17: (0, 3), 18: (0, 26), 19: (0, 25), 20: (0, 46), 21: (0, 29)}, 70: {0: (0, 17), 1: (0, 43
)}, 71: {2: (0, 55), 0: (1, {'@': 54}), 1: (1, {'@': 54})}, 72: {10: (0, 39), 9: (0, 6), 0: (1, {'@': 37}), 7: (1, {
'@': 37}), 8: (1, {'@': 37}), 1: (1, {'@': 37}), 3: (1, {'@': 37}), 5: (1, {'@': 37}), 12: (1, {'@': 37}), 2: (1, {'@'
: 37}), 13: (1, {'@': 37}), 11: (1, {'@': 37}), 14: (1, {'@': 37}), 4: (1, {'@': 37})}, 73: {}}, 'start_states': {
'start': 36}, 'end_states': {'start': 73}}, '__type__': 'ParsingFrontend'}, 'rules': [{'@': 20}, {'@': 21}, {'@': 22},
{'@': 23}, {'@': 24}, {'@': 25}, {'@': 26}, {'@': 27}, {'@': 28}, {'@': 29}, {'@': 30}, {'@': 31}, {'@': 32}, {'@': 33
}, {'@': 34}, {'@': 35}, {'@': 36}, {'@': 37}, {'@': 38}, {'@': 39}, {'@': 40}, {'@': 41}, {'@': 42}, {'@': 43}, {'@':
44}, {'@': 45}, {'@': 46}, {'@': 47}, {'@': 48}, {'@': 49}, {'@': 50}, {'@': 51}, {'@': 52}, {'@': 53}, {'@': 54}, {
'@': 55}], 'options': {'debug': False, 'strict': False, 'keep_all_tokens': False, 'tree_class': None, 'cache': False,
'cache_grammar': False, 'postlex': None, 'parser': 'lalr', 'lexer': 'contextual', 'transformer': None, 'start': [
'start'], 'priority': 'normal', 'ambiguity': 'auto', 'regex': False, 'propagate_positions': False, 'lexer_callbacks':
{}, 'maybe_placeholders': False, 'edit_terminals': None, 'g_regex_flags': 0, 'use_bytes': False, 'ordered_sets': True,
'import_paths': [], 'source_path': None, '_plugins': {}}, '__type__': 'Lark'}
MEMO: dict[Any, Any] = \
{0: {'name': 'OPERATOR', 'pattern': {'value': '(?:<=|>=|<>|!=|=|<|>)', 'flags': [], 'raw': None, '_width': [1, 2],
'__type__': 'PatternRE'}, 'priority': 0, '__type__': 'TerminalDef'}, 1: {'name': 'PLUS', 'pattern': {'value': '+',
'flags': [], 'raw': '"+"', '__type__': 'PatternStr'}, 'priority': 0, '__type__': 'TerminalDef'}, 2: {'name': 'MINUS',
'pattern': {'value': '-', 'flags': [], 'raw': '"-"', '__type__': 'PatternStr'}, 'priority': 0, '__type__':
'TerminalDef'}, 3: {'name': 'TIMES', 'pattern': {'value': '*', 'flags': [], 'raw': '"*"', '__type__': 'PatternStr'},
'priority': 0, '__type__': 'TerminalDef'}, 4: {'name': 'OVER', 'pattern': {'value': '/', 'flags': [], 'raw': '"/"',
'__type__': 'PatternStr'}, 'priority': 0, '__type__': 'TerminalDef'}, 5: {'name': 'OR', 'pattern': {'value': 'or\\b',
'flags': ['i'], 'raw': '/or\\b/i', '_width': [2, 2], '__type__': 'PatternRE'}, 'priority': 3, '__type__':
'TerminalDef'}, 6: {'name': 'AND', 'pattern': {'value': 'and\\b', 'flags': ['i'], 'raw': '/and\\b/i', '_width': [3, 3]
, '__type__': 'PatternRE'}, 'priority': 3, '__type__': 'TerminalDef'}, 7: {'name': 'NOT', 'pattern': {'value':
'not\\b', 'flags': ['i'], 'raw': '/not\\b/i', '_width': [3, 3], '__type__': 'PatternRE'}, 'priority': 3, '__type__':
'TerminalDef'}, 8: {'name': 'BETWEEN', 'pattern': {'value': 'between\\b', 'flags': ['i'], 'raw': '/between\\b/i',
'_width': [7, 7], '__type__': 'PatternRE'}, 'priority': 3, '__type__': 'TerminalDef'}, 9: {'name': 'IN', 'pattern': {
'value': 'in\\b', 'flags': ['i'], 'raw': '/in\\b/i', '_width': [2, 2], '__type__': 'PatternRE'}, 'priority': 3,
'__type__': 'TerminalDef'}, 10: {'name': 'IS', 'pattern': {'value': 'is\\b', 'flags': ['i'], 'raw': '/is\\b/i',
'_width': [2, 2], '__type__': 'PatternRE'}, 'priority': 3, '__type__': 'TerminalDef'}, 11: {'name': 'NULL', 'pattern':
{'value': 'null\\b', 'flags': ['i'], 'raw': '/null\\b/i', '_width': [4, 4], '__type__': 'PatternRE'}, 'priority': 3,
'__type__': 'TerminalDef'}, 12: {'name': 'NUMBER', 'pattern': {'value': '\\d+(\\.\\d+)?', 'flags': [], 'raw':
'/\\d+(\\.\\d+)?/', '_width': [1, 18446744073709551616], '__type__': 'PatternRE'}, 'priority': 0, '__type__':
'TerminalDef'}, 13: {'name': 'TEXT', 'pattern': {'value': "'([^']|'')*'", 'flags': [], 'raw': "/'([^']|'')*'/",
'_width': [2, 18446744073709551616], '__type__': 'PatternRE'}, 'priority': 0, '__type__': 'TerminalDef'}, 14: {'name':
'NAME', 'pattern': {'value': '[A-Za-z_][A-Za-z0-9_]*', 'flags': [], 'raw': '/[A-Za-z_][A-Za-z0-9_]*/', '_width': [1,
18446744073709551616], '__type__': 'PatternRE'}, 'priority': 0, '__type__': 'TerminalDef'}, 15: {'name': '__IGNORE_0',
'pattern': {'value': '\\s+', 'flags': [], 'raw': '/\\s+/', '_width': [1, 18446744073709551616], '__type__':
'PatternRE'}, 'priority': 0, '__type__': 'TerminalDef'}, 16: {'name': 'COMMA', 'pattern': {'value': ',', 'flags': [],
'raw': '","', '__type__': 'PatternStr'}, 'priority': 0, '__type__': 'TerminalDef'}, 17: {'name': 'LPAR', 'pattern': {
'value': '(', 'flags': [], 'raw': '"("', '__type__': 'PatternStr'}, 'priority': 0, '__type__': 'TerminalDef'}, 18: {
'name': 'RPAR', 'pattern': {'value': ')', 'flags': [], 'raw': '")"', '__type__': 'PatternStr'}, 'priority': 0,
'__type__': 'TerminalDef'}, 19: {'name': 'DOT', 'pattern': {'value': '.', 'flags': [], 'raw': '"."', '__type__':
'PatternStr'}, 'priority': 0, '__type__': 'TerminalDef'}, 20: {'origin': {'name': 'start', '__type__': 'NonTerminal'},
'expansion': [{'name': 'or_', '__type__': 'NonTerminal'}], 'order': 0, 'alias': None, 'options': {'keep_all_tokens':
False, 'expand1': True, 'priority': None, 'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'},
'__type__': 'Rule'}, 21: {'origin': {'name': 'or_', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'and_',
'__type__': 'NonTerminal'}], 'order': 0, 'alias': None, 'options': {'keep_all_tokens': False, 'expand1': True,
'priority': None, 'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 22: {
'origin': {'name': 'or_', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'or_', '__type__': 'NonTerminal'}, {
'name': 'OR', 'filter_out': False, '__type__': 'Terminal'}, {'name': 'and_', '__type__': 'NonTerminal'}], 'order': 1,
'alias': 'or_', 'options': {'keep_all_tokens': False, 'expand1': True, 'priority': None, 'template_source': None,
'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 23: {'origin': {'name': 'and_', '__type__':
'NonTerminal'}, 'expansion': [{'name': 'not_', '__type__': 'NonTerminal'}], 'order': 0, 'alias': None, 'options': {
'keep_all_tokens': False, 'expand1': True, 'priority': None, 'template_source': None, 'empty_indices': (), '__type__':
'RuleOptions'}, '__type__': 'Rule'}, 24: {'origin': {'name': 'and_', '__type__': 'NonTerminal'}, 'expansion': [{'name'
: 'and_', '__type__': 'NonTerminal'}, {'name': 'AND', 'filter_out': False, '__type__': 'Terminal'}, {'name': 'not_',
'__type__': 'NonTerminal'}], 'order': 1, 'alias': 'and_', 'options': {'keep_all_tokens': False, 'expand1': True,
'priority': None, 'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 25: {
'origin': {'name': 'not_', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'comparison', '__type__': 'NonTerminal'}
], 'order': 0, 'alias': None, 'options': {'keep_all_tokens': False, 'expand1': True, 'priority': None,
'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 26: {'origin': {'name':
'not_', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'NOT', 'filter_out': False, '__type__': 'Terminal'}, {
'name': 'not_', '__type__': 'NonTerminal'}], 'order': 1, 'alias': 'not_', 'options': {'keep_all_tokens': False,
'expand1': True, 'priority': None, 'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'},
'__type__': 'Rule'}, 27: {'origin': {'name': 'comparison', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'sum',
'__type__': 'NonTerminal'}], 'order': 0, 'alias': None, 'options': {'keep_all_tokens': False, 'expand1': True,
'priority': None, 'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 28: {
'origin': {'name': 'comparison', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'sum', '__type__': 'NonTerminal'},
{'name': 'OPERATOR', 'filter_out': False, '__type__': 'Terminal'}, {'name': 'sum', '__type__': 'NonTerminal'}],
'order': 1, 'alias': 'compare', 'options': {'keep_all_tokens': False, 'expand1': True, 'priority': None,
'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 29: {'origin': {'name':
'comparison', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'sum', '__type__': 'NonTerminal'}, {'name': 'BETWEEN'
, 'filter_out': False, '__type__': 'Terminal'}, {'name': 'sum', '__type__': 'NonTerminal'}, {'name': 'AND',
'filter_out': False, '__type__': 'Terminal'}, {'name': 'sum', '__type__': 'NonTerminal'}], 'order': 2, 'alias':
'between', 'options': {'keep_all_tokens': False, 'expand1': True, 'priority': None, 'template_source': None,
'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 30: {'origin': {'name': 'comparison', '__type__'
: 'NonTerminal'}, 'expansion': [{'name': 'sum', '__type__': 'NonTerminal'}, {'name': 'NOT', 'filter_out': False,
'__type__': 'Terminal'}, {'name': 'BETWEEN', 'filter_out': False, '__type__': 'Terminal'}, {'name': 'sum', '__type__':
'NonTerminal'}, {'name': 'AND', 'filter_out': False, '__type__': 'Terminal'}, {'name': 'sum', '__type__':
'NonTerminal'}], 'order': 3, 'alias': 'not_between', 'options': {'keep_all_tokens': False, 'expand1': True, 'priority'
: None, 'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 31: {'origin':
{'name': 'comparison', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'sum', '__type__': 'NonTerminal'}, {'name':
'IN', 'filter_out': False, '__type__': 'Terminal'}, {'name': 'LPAR', 'filter_out': True, '__type__': 'Terminal'}, {
'name': 'sum', '__type__': 'NonTerminal'}, {'name': '__comparison_star_0', '__type__': 'NonTerminal'}, {'name': 'RPAR'
, 'filter_out': True, '__type__': 'Terminal'}], 'order': 4, 'alias': 'in_', 'options': {'keep_all_tokens': False,
'expand1': True, 'priority': None, 'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'},
'__type__': 'Rule'}, 32: {'origin': {'name': 'comparison', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'sum',
'__type__': 'NonTerminal'}, {'name': 'IN', 'filter_out': False, '__type__': 'Terminal'}, {'name': 'LPAR', 'filter_out'
: True, '__type__': 'Terminal'}, {'name': 'sum', '__type__': 'NonTerminal'}, {'name': 'RPAR', 'filter_out': True,
'__type__': 'Terminal'}], 'order': 5, 'alias': 'in_', 'options': {'keep_all_tokens': False, 'expand1': True,
'priority': None, 'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 33: {
'origin': {'name': 'comparison', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'sum', '__type__': 'NonTerminal'},
{'name': 'NOT', 'filter_out': False, '__type__': 'Terminal'}, {'name': 'IN', 'filter_out': False, '__type__':
'Terminal'}, {'name': 'LPAR', 'filter_out': True, '__type__': 'Terminal'}, {'name': 'sum', '__type__': 'NonTerminal'},
{'name': '__comparison_star_0', '__type__': 'NonTerminal'}, {'name': 'RPAR', 'filter_out': True, '__type__':
'Terminal'}], 'order': 6, 'alias': 'not_in', 'options': {'keep_all_tokens': False, 'expand1': True, 'priority': None,
'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 34: {'origin': {'name':
'comparison', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'sum', '__type__': 'NonTerminal'}, {'name': 'NOT',
'filter_out': False, '__type__': 'Terminal'}, {'name': 'IN', 'filter_out': False, '__type__': 'Terminal'}, {'name':
'LPAR', 'filter_out': True, '__type__': 'Terminal'}, {'name': 'sum', '__type__': 'NonTerminal'}, {'name': 'RPAR',
'filter_out': True, '__type__': 'Terminal'}], 'order': 7, 'alias': 'not_in', 'options': {'keep_all_tokens': False,
'expand1': True, 'priority': None, 'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'},
'__type__': 'Rule'}, 35: {'origin': {'name': 'comparison', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'sum',
'__type__': 'NonTerminal'}, {'name': 'IS', 'filter_out': False, '__type__': 'Terminal'}, {'name': 'NULL', 'filter_out'
: False, '__type__': 'Terminal'}], 'order': 8, 'alias': 'is_null', 'options': {'keep_all_tokens': False, 'expand1':
True, 'priority': None, 'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'},
36: {'origin': {'name': 'comparison', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'sum', '__type__':
'NonTerminal'}, {'name': 'IS', 'filter_out': False, '__type__': 'Terminal'}, {'name': 'NOT', 'filter_out': False,
'__type__': 'Terminal'}, {'name': 'NULL', 'filter_out': False, '__type__': 'Terminal'}], 'order': 9, 'alias':
'is_not_null', 'options': {'keep_all_tokens': False, 'expand1': True, 'priority': None, 'template_source': None,
'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 37: {'origin': {'name': 'sum', '__type__':
'NonTerminal'}, 'expansion': [{'name': 'product', '__type__': 'NonTerminal'}], 'order': 0, 'alias': None, 'options': {
'keep_all_tokens': False, 'expand1': True, 'priority': None, 'template_source': None, 'empty_indices': (), '__type__':
'RuleOptions'}, '__type__': 'Rule'}, 38: {'origin': {'name': 'sum', '__type__': 'NonTerminal'}, 'expansion': [{'name':
'sum', '__type__': 'NonTerminal'}, {'name': 'PLUS', 'filter_out': False, '__type__': 'Terminal'}, {'name': 'product',
'__type__': 'NonTerminal'}], 'order': 1, 'alias': 'arithmetic', 'options': {'keep_all_tokens': False, 'expand1': True,
'priority': None, 'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 39: {
'origin': {'name': 'sum', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'sum', '__type__': 'NonTerminal'}, {
'name': 'MINUS', 'filter_out': False, '__type__': 'Terminal'}, {'name': 'product', '__type__': 'NonTerminal'}],
'order': 2, 'alias': 'arithmetic', 'options': {'keep_all_tokens': False, 'expand1': True, 'priority': None,
'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 40: {'origin': {'name':
'product', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'atom', '__type__': 'NonTerminal'}], 'order': 0, 'alias'
: None, 'options': {'keep_all_tokens': False, 'expand1': True, 'priority': None, 'template_source': None,
'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 41: {'origin': {'name': 'product', '__type__':
'NonTerminal'}, 'expansion': [{'name': 'product', '__type__': 'NonTerminal'}, {'name': 'TIMES', 'filter_out': False,
'__type__': 'Terminal'}, {'name': 'atom', '__type__': 'NonTerminal'}], 'order': 1, 'alias': 'arithmetic', 'options': {
'keep_all_tokens': False, 'expand1': True, 'priority': None, 'template_source': None, 'empty_indices': (), '__type__':
'RuleOptions'}, '__type__': 'Rule'}, 42: {'origin': {'name': 'product', '__type__': 'NonTerminal'}, 'expansion': [{
'name': 'product', '__type__': 'NonTerminal'}, {'name': 'OVER', 'filter_out': False, '__type__': 'Terminal'}, {'name':
'atom', '__type__': 'NonTerminal'}], 'order': 2, 'alias': 'arithmetic', 'options': {'keep_all_tokens': False,
'expand1': True, 'priority': None, 'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'},
'__type__': 'Rule'}, 43: {'origin': {'name': 'atom', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'NUMBER',
'filter_out': False, '__type__': 'Terminal'}], 'order': 0, 'alias': 'number', 'options': {'keep_all_tokens': False,
'expand1': True, 'priority': None, 'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'},
'__type__': 'Rule'}, 44: {'origin': {'name': 'atom', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'MINUS',
'filter_out': False, '__type__': 'Terminal'}, {'name': 'NUMBER', 'filter_out': False, '__type__': 'Terminal'}],
'order': 1, 'alias': 'negative', 'options': {'keep_all_tokens': False, 'expand1': True, 'priority': None,
'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 45: {'origin': {'name':
'atom', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'TEXT', 'filter_out': False, '__type__': 'Terminal'}],
'order': 2, 'alias': 'text', 'options': {'keep_all_tokens': False, 'expand1': True, 'priority': None,
'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 46: {'origin': {'name':
'atom', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'NAME', 'filter_out': False, '__type__': 'Terminal'}],
'order': 3, 'alias': 'name', 'options': {'keep_all_tokens': False, 'expand1': True, 'priority': None,
'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 47: {'origin': {'name':
'atom', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'NAME', 'filter_out': False, '__type__': 'Terminal'}, {
'name': 'DOT', 'filter_out': True, '__type__': 'Terminal'}, {'name': 'NAME', 'filter_out': False, '__type__':
'Terminal'}], 'order': 4, 'alias': 'dotted', 'options': {'keep_all_tokens': False, 'expand1': True, 'priority': None,
'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 48: {'origin': {'name':
'atom', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'NAME', 'filter_out': False, '__type__': 'Terminal'}, {
'name': 'LPAR', 'filter_out': True, '__type__': 'Terminal'}, {'name': 'or_', '__type__': 'NonTerminal'}, {'name':
'__atom_star_1', '__type__': 'NonTerminal'}, {'name': 'RPAR', 'filter_out': True, '__type__': 'Terminal'}], 'order': 5
, 'alias': 'call', 'options': {'keep_all_tokens': False, 'expand1': True, 'priority': None, 'template_source': None,
'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 49: {'origin': {'name': 'atom', '__type__':
'NonTerminal'}, 'expansion': [{'name': 'NAME', 'filter_out': False, '__type__': 'Terminal'}, {'name': 'LPAR',
'filter_out': True, '__type__': 'Terminal'}, {'name': 'or_', '__type__': 'NonTerminal'}, {'name': 'RPAR', 'filter_out'
: True, '__type__': 'Terminal'}], 'order': 6, 'alias': 'call', 'options': {'keep_all_tokens': False, 'expand1': True,
'priority': None, 'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 50: {
'origin': {'name': 'atom', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'NAME', 'filter_out': False, '__type__':
'Terminal'}, {'name': 'LPAR', 'filter_out': True, '__type__': 'Terminal'}, {'name': 'RPAR', 'filter_out': True,
'__type__': 'Terminal'}], 'order': 7, 'alias': 'call', 'options': {'keep_all_tokens': False, 'expand1': True,
'priority': None, 'template_source': None, 'empty_indices': (False, False, True, False), '__type__': 'RuleOptions'},
'__type__': 'Rule'}, 51: {'origin': {'name': 'atom', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'LPAR',
'filter_out': True, '__type__': 'Terminal'}, {'name': 'or_', '__type__': 'NonTerminal'}, {'name': 'RPAR', 'filter_out'
: True, '__type__': 'Terminal'}], 'order': 8, 'alias': None, 'options': {'keep_all_tokens': False, 'expand1': True,
'priority': None, 'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 52: {
'origin': {'name': '__comparison_star_0', '__type__': 'NonTerminal'}, 'expansion': [{'name': 'COMMA', 'filter_out':
True, '__type__': 'Terminal'}, {'name': 'sum', '__type__': 'NonTerminal'}], 'order': 0, 'alias': None, 'options': {
'keep_all_tokens': False, 'expand1': False, 'priority': None, 'template_source': None, 'empty_indices': (), '__type__'
: 'RuleOptions'}, '__type__': 'Rule'}, 53: {'origin': {'name': '__comparison_star_0', '__type__': 'NonTerminal'},
'expansion': [{'name': '__comparison_star_0', '__type__': 'NonTerminal'}, {'name': 'COMMA', 'filter_out': True,
'__type__': 'Terminal'}, {'name': 'sum', '__type__': 'NonTerminal'}], 'order': 1, 'alias': None, 'options': {
'keep_all_tokens': False, 'expand1': False, 'priority': None, 'template_source': None, 'empty_indices': (), '__type__'
: 'RuleOptions'}, '__type__': 'Rule'}, 54: {'origin': {'name': '__atom_star_1', '__type__': 'NonTerminal'},
'expansion': [{'name': 'COMMA', 'filter_out': True, '__type__': 'Terminal'}, {'name': 'or_', '__type__': 'NonTerminal'
}], 'order': 0, 'alias': None, 'options': {'keep_all_tokens': False, 'expand1': False, 'priority': None,
'template_source': None, 'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}, 55: {'origin': {'name':
'__atom_star_1', '__type__': 'NonTerminal'}, 'expansion': [{'name': '__atom_star_1', '__type__': 'NonTerminal'}, {
'name': 'COMMA', 'filter_out': True, '__type__': 'Terminal'}, {'name': 'or_', '__type__': 'NonTerminal'}], 'order': 1,
'alias': None, 'options': {'keep_all_tokens': False, 'expand1': False, 'priority': None, 'template_source': None,
'empty_indices': (), '__type__': 'RuleOptions'}, '__type__': 'Rule'}}
