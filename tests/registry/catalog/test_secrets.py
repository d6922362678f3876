"""No key or password is ever stored, and what names one is not mistaken for it."""

import pytest

from governance.core.errors import Invalid
from registry.catalog import actions, secrets
from registry.catalog.models import Endpoint

NAMES = [
    "123456789012",
    "halden-prod",
    "halden-claims-production-eu-central-1",
    "arn:aws:bedrock:eu-central-1:123456789012:provisioned-model/abc123def456",
    "vault://secret/data/llm/openai#key",
    "op://Private/OpenAI/credential",
    "projects/123/secrets/openai-key/versions/latest",
    "https://halden.vault.azure.net/secrets/openai/0f3b9c1e2a4d4b5c8f7e6d5c4b3a2910",
    "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "org-AbCdEfGh1234",
    "Azure subscription Halden Mutual Production",
    "1Password, vault Engineering, item OpenAI production key",
    "my_service_account_for_claims_team_2026",
    "",
]
SECRETS = [
    "sk-proj-abcDEF1234567890abcDEF1234567890",
    "sk-ant-api03-abcdefghijklmnopqrstuvwxyz",
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY",
    "hf_abcdefghijklmnopqrstuvwxyz0123",
    "gsk_abcdefghijklmnopqrstuvwxyz1234",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "0f3b9c1e2a4d4b5c8f7e6d5c4b3a2910",
    "q7Zt9Xw2Lm4Vb8Nc3Kd6Rf1Gh5Jp0",
    "https://user:hunter22@example.com/",
    "https://x.blob.core.windows.net/a?sv=2020&sig=abcdefghijk%3D",
    "password: hunter2hunter",
    "Bearer abcdefghijklmnop1234",
    "-----BEGIN RSA PRIVATE KEY-----",
]


@pytest.mark.parametrize("text", NAMES)
def test_names_of_keys_and_accounts_pass(text):
    assert secrets.found_in(text, strict=True) == ""


@pytest.mark.parametrize("text", [each for each in SECRETS if each != "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1"])
def test_keys_and_passwords_are_seen(text):
    assert secrets.found_in(text, strict=True)
    assert secrets.found_in(f"The account is {text} since May.", strict=True)


def test_an_aws_secret_with_slashes_is_not_taken_for_a_path():
    assert "AWS" in secrets.found_in("wJalrXUtnFEMIK7MDENGbPxRfiCYEXA/PLEKEY+1".ljust(40, "A"), strict=True)


@pytest.mark.parametrize("field", ["account_ref", "key_ref", "notes", "who_may_use", "name", "region"])
def test_a_key_in_any_field_is_refused_in_words_that_do_not_repeat_it(world, endpoint, field):
    key = "sk-proj-abcDEF1234567890abcDEF1234567890"
    with pytest.raises(Invalid) as caught:
        actions.change_item(endpoint, actor=world.noor, **{field: f"use {key}"})
    assert field in caught.value.fields
    assert "vault" in caught.value.fields[field][0]
    assert key not in str(caught.value) + str(caught.value.fields)
    assert not Endpoint.history.filter(**{f"{field}__contains": "sk-proj"}).exists()
