"""Calls boto3 as it is told by lines of JSON on stdin, and answers each by a line on stdout."""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

clients = {}


def client(name, endpoint, mode):
    key = (name, endpoint, mode)
    if key not in clients:
        config = Config(retries={"mode": mode, "total_max_attempts": 1 if mode == "legacy" else 3})
        clients[key] = boto3.client(name, endpoint_url=endpoint, config=config)
    return clients[key]


def perform(call):
    made = client(call["client"], call["endpoint"], call.get("mode", "legacy"))
    try:
        answer = getattr(made, call["method"])(**call["arguments"])
        metadata = answer.pop("ResponseMetadata")
        return {"status": metadata["HTTPStatusCode"], "attempts": metadata["RetryAttempts"] + 1, "answer": answer}
    except ClientError as error:
        metadata = error.response["ResponseMetadata"]
        return {
            "status": metadata["HTTPStatusCode"],
            "attempts": metadata["RetryAttempts"] + 1,
            "requestId": metadata.get("RequestId"),
            "error": type(error).__name__,
            "code": error.response["Error"]["Code"],
            "message": error.response["Error"]["Message"],
        }


print(json.dumps({"chime": hasattr(boto3.client("chime"), "create_proxy_session")}), flush=True)
for line in sys.stdin:
    print(json.dumps(perform(json.loads(line)), default=lambda value: value.isoformat()), flush=True)
