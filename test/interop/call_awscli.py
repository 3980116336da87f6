"""Runs commands of the AWS CLI in this process, as lines of JSON on stdin ask, and answers each by a line on stdout."""

import contextlib
import functools
import importlib
import io
import json
import os
import sys

import awscli
import awscli.clidriver

# A process of the CLI reads its models once. So does this one, for all of its commands.
packages = ("awscli.botocore", "botocore")
loaders = importlib.import_module(next(name for name in packages if name in sys.modules) + ".loaders")
read = functools.cache(loaders.JSONFileLoader().load_file)
loaders.JSONFileLoader.load_file = lambda self, path: read(path)

# Where the import has put its own models.
data = os.environ["AWS_DATA_PATH"]


def perform(argv, env):
    os.environ.clear()
    os.environ.update(env, AWS_DATA_PATH=data)
    sys.argv = ["aws", *argv]
    stdout, stderr = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        try:
            code = awscli.clidriver.main()
        except SystemExit as end:
            code = end.code
    out, err = (stream.buffer.getvalue().decode() for stream in (stdout, stderr))
    return {"code": code or 0, "stdout": out, "stderr": err}


def knows(namespace):
    skeleton = [namespace, "create-proxy-session", "--generate-cli-skeleton", "input"]
    return perform(skeleton, {**os.environ, "AWS_DEFAULT_REGION": "us-east-1"})["code"] == 0


namespaces = [namespace for namespace in ("chime", "chime-sdk-voice") if knows(namespace)]
print(json.dumps({"version": awscli.__version__, "namespaces": namespaces}), flush=True)
for line in sys.stdin:
    print(json.dumps(perform(**json.loads(line))), flush=True)
