"""Tests of an application that calls the service by an unmodified boto3."""

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

CONNECTOR = "abcdef1ghij2klmno3pqr4"


def a_session(client):
    client.put_voice_connector_proxy(
        VoiceConnectorId=CONNECTOR, DefaultSessionExpiryMinutes=60, PhoneNumberPoolCountries=["US"]
    )
    return client.create_proxy_session(
        VoiceConnectorId=CONNECTOR, ParticipantPhoneNumbers=["+12065550100", "+14015550101"], Capabilities=["Voice"]
    )["ProxySession"]["ProxySessionId"]


def test_a_throttled_call(stand_in, once):
    client = stand_in.client(config=once)
    session = a_session(client)
    stand_in.fail(operation="GetProxySession", error="ThrottledClientException")
    with pytest.raises(client.exceptions.ThrottledClientException):
        client.get_proxy_session(VoiceConnectorId=CONNECTOR, ProxySessionId=session)


def test_a_throttled_call_is_repeated_by_boto3(stand_in):
    client = stand_in.client()
    session = a_session(client)
    stand_in.fail(operation="GetProxySession", status=503, times=2)
    client.get_proxy_session(VoiceConnectorId=CONNECTOR, ProxySessionId=session)
    assert [each["status"] for each in stand_in.requests(operation="GetProxySession")] == [503, 503, 200]


def test_an_expired_session(stand_in):
    client = stand_in.client()
    session = a_session(client)
    stand_in.advance("61 minutes")
    got = client.get_proxy_session(VoiceConnectorId=CONNECTOR, ProxySessionId=session)
    assert got["ProxySession"]["Status"] == "Closed"


def test_a_clean_state(stand_in):
    client = stand_in.client()
    a_session(client)
    stand_in.reset()
    with pytest.raises(client.exceptions.NotFoundException):
        client.get_voice_connector_proxy(VoiceConnectorId=CONNECTOR)


def test_an_answer_that_is_lost(stand_in, once):
    client = stand_in.client(config=once)
    a_session(client)
    stand_in.fail(operation="CreateProxySession", reset=True, when="after")
    with pytest.raises(ConnectionClosedError):
        a_session(client)
    assert len(client.list_proxy_sessions(VoiceConnectorId=CONNECTOR)["ProxySessions"]) == 2


@pytest.mark.parametrize("round", range(5))
def test_nothing_of_other_tests_is_seen(stand_in, round):
    client = stand_in.client()
    with pytest.raises(ClientError):
        client.get_voice_connector_proxy(VoiceConnectorId=CONNECTOR)
    a_session(client)
    assert len(client.list_proxy_sessions(VoiceConnectorId=CONNECTOR)["ProxySessions"]) == 1
    assert len(stand_in.requests()) == 4
