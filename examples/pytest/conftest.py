"""A stand-in for Amazon Chime proxy sessions: a fixture with an account of its own for each test, in any number of workers.

The server is the one that STAND_IN_URL names, such as a service of the CI job, with the control token in STAND_IN_TOKEN if
it has one. Without it each worker starts one, by the command in STAND_IN_COMMAND.
"""

import json
import os
import shlex
import subprocess
import urllib.parse
import urllib.request
import uuid

import boto3
import pytest
from botocore.config import Config


class StandIn:
    """What a test does with the service: call it, make calls fail, move its time, look at what was asked."""

    def __init__(self, url):
        self.url = url
        self.account = f"test-{uuid.uuid4().hex}"

    def client(self, **options):
        return boto3.client(
            "chime-sdk-voice",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=self.account,
            aws_secret_access_key="test",
            aws_session_token=None,
            **options,
        )

    def fail(self, **fault):
        """The next matching call meets a fault: fail(operation="GetProxySession", error="ThrottledClientException")."""
        return self._control("POST", "faults", fault)

    def advance(self, duration):
        """The service's time moves on: advance("61 minutes")."""
        return self._control("POST", "clock", {"advance": duration})

    def requests(self, **query):
        """What was asked, oldest first: requests(operation="CreateProxySession")."""
        return self._control("GET", "journal", **query)["requests"]

    def state(self):
        return self._control("GET", "state")

    def reset(self):
        self._control("POST", "reset")

    def _control(self, method, call, body=None, **query):
        query = urllib.parse.urlencode({"account": self.account, **query})
        headers = {} if body is None else {"content-type": "application/json"}
        if token := os.environ.get("STAND_IN_TOKEN"):
            headers["authorization"] = f"Bearer {token}"
        request = urllib.request.Request(
            f"{self.url}/_proxy-session/{call}?{query}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers=headers,
        )
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None


@pytest.fixture(scope="session")
def proxy_session_url():
    if url := os.environ.get("STAND_IN_URL"):
        yield url
        return
    command = os.environ.get("STAND_IN_COMMAND", "npx -y ./proxy-session-cli-0.0.0.tgz")
    server = subprocess.Popen(
        [*shlex.split(command), "serve", "--port", "0", "--accounts", "any"], stdout=subprocess.PIPE, text=True
    )
    yield server.stdout.readline().removeprefix("listening on ").strip()
    server.terminate()
    server.wait()


@pytest.fixture
def stand_in(proxy_session_url):
    stand_in = StandIn(proxy_session_url)
    yield stand_in
    stand_in.reset()


@pytest.fixture
def once():
    """A configuration of boto3 that repeats nothing, to see each failure."""
    return Config(retries={"total_max_attempts": 1})
