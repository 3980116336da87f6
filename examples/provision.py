"""Orders two numbers, gives them to a new Voice Connector, and starts a session on one of them: plain boto3.

python3 examples/provision.py http://127.0.0.1:4010 [chime]
"""

import sys

import boto3

endpoint, name = sys.argv[1], (sys.argv[2:] or ["chime-sdk-voice"])[0]
voice = boto3.client(name, endpoint_url=endpoint, region_name="us-east-1")

numbers = voice.search_available_phone_numbers(AreaCode="206", MaxResults=2)["E164PhoneNumbers"]
order = voice.create_phone_number_order(ProductType="VoiceConnector", E164PhoneNumbers=numbers)["PhoneNumberOrder"]
order = voice.get_phone_number_order(PhoneNumberOrderId=order["PhoneNumberOrderId"])["PhoneNumberOrder"]
assert order["Status"] == "Successful", order["Status"]

connector = voice.create_voice_connector(Name="Rides", RequireEncryption=True)["VoiceConnector"]
connector_id = connector["VoiceConnectorId"]
associated = voice.associate_phone_numbers_with_voice_connector(
    VoiceConnectorId=connector_id, E164PhoneNumbers=numbers, ForceAssociate=False
)
assert associated["PhoneNumberErrors"] == []

voice.put_voice_connector_proxy(
    VoiceConnectorId=connector_id, DefaultSessionExpiryMinutes=60, PhoneNumberPoolCountries=["US"]
)
session = voice.create_proxy_session(
    VoiceConnectorId=connector_id,
    ParticipantPhoneNumbers=["+14015550101", "+13605550102"],
    Capabilities=["Voice"],
)["ProxySession"]
assert session["Participants"][0]["ProxyPhoneNumber"] in numbers
print("The session has one of the numbers that were ordered")
