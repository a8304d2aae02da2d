"""Which account this is, and in which regions its credentials work."""

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from functions.failover_control.notes import code_of
from modules.regions import GLOBAL_REGION
from operations.checks import Found, Status
from operations.preflight.account import Account

# https://docs.aws.amazon.com/accounts/latest/APIReference/API_GetRegionOptStatus.html
ENABLED = ("ENABLED", "ENABLED_BY_DEFAULT")
# The error codes for a token that a region does not accept.
REFUSED = {
    "AuthFailure",
    "InvalidClientTokenId",
    "InvalidToken",
    "UnrecognizedClientException",
}


def account_is_allowed(account: Account) -> Found:
    """Terraform refuses to run in any account not in `allowed_account_ids`:
    https://registry.terraform.io/providers/hashicorp/aws/latest/docs#allowed_account_ids
    """
    allowed = account.environment.allowed_account_ids
    if not allowed:
        yield (
            Status.READY,
            f"{account.number}; allowed_account_ids is empty, so every account is allowed",
        )
    elif account.number in allowed:
        yield Status.READY, account.number
    else:
        others = ", ".join(allowed)
        yield Status.MISSING, f"{account.number}; allowed_account_ids has {others}"


def regions_are_enabled(account: Account) -> Found:
    """Regions that AWS opened after March 2019 are off until the account enables them:
    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    """
    management = account.client("account", GLOBAL_REGION)
    for region in account.regions:
        status = management.get_region_opt_status(RegionName=region)["RegionOptStatus"]
        if status in ENABLED:
            yield Status.READY, region
        elif status == "ENABLING":
            yield Status.MISSING, f"{region} is being enabled, which takes minutes to hours: wait"
        else:
            command = f"aws account enable-region --region-name {region}"
            yield Status.MISSING, f"{region} is {status}: {command}"


def credentials_work_in_each_region(account: Account) -> Found:
    """A session token from the global STS endpoint is not valid in opt-in regions:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_region-endpoints.html
    """
    for region in account.regions:
        try:
            account.client("sts", region).get_caller_identity()
        except ClientError as error:
            if code_of(error) not in REFUSED:
                raise
            yield (
                Status.MISSING,
                f"{region} rejects the credentials ({code_of(error)}):"
                " get them from a regional STS endpoint, AWS_STS_REGIONAL_ENDPOINTS=regional",
            )
        else:
            yield Status.READY, region
