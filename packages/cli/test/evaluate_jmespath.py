"""Evaluates each line of the input, a JSON list of an expression and the text of a document, with jmespath.py.

Writes a line of JSON for each: what kind of outcome it is, and the value or the message. The first line is the version.
"""
import json
import sys
import warnings

import jmespath

warnings.simplefilter("ignore")


def outcome(expression, document):
    try:
        compiled = jmespath.compile(expression)
    except Exception as error:
        return ["malformed", str(error)]
    try:
        value = compiled.search(json.loads(document))
        return ["value", json.dumps(value, indent=4, ensure_ascii=False, default=lambda other: other)]
    except Exception as error:
        return ["error", str(error)]


print(json.dumps(jmespath.__version__))
for line in sys.stdin:
    print(json.dumps(outcome(*json.loads(line))))
