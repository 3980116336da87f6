"""Reads shared files with botocore, on which the AWS CLI stands.

Takes the path of a file in each line of stdin, and writes a JSON list of what they hold, with null for a broken one.
"""

import json
import sys

from botocore.configloader import build_profile_map, raw_config_parse
from botocore.exceptions import ConfigParseError


def read(path):
    try:
        sections = raw_config_parse(path)
    except ConfigParseError:
        return None
    kinds = build_profile_map(sections)
    return {
        "sections": sections,
        "profile": kinds["profiles"],
        "sso-session": kinds["sso_sessions"],
        # Which botocore has not known for long. A section of that very name would be in its place before.
        "services": kinds.get("services") if "services" not in sections else None,
    }


json.dump([read(path.rstrip("\n")) for path in sys.stdin], sys.stdout)
