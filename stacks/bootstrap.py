"""The stack `bootstrap`."""

from cdktf import App, LocalBackend, TerraformStack

from environments import Environment
from modules.certificates import DomainValidation
from modules.data import GlobalCluster
from modules.delivery import GithubProvider
from modules.failover_control import SwitchBucket
from modules.state import StateBucket
from stacks.terraform import hosted_zone, provider, require_terraform

# Relative to cdktf.out/stacks/bootstrap, where Terraform runs: next to cdktf.out, since `make
# clean` would delete a state below cdktf.out/stacks.
BOOTSTRAP_STATE = "../../../bootstrap.{name}.tfstate"

# Ids of the switch's buckets, the one in the standby's region first.
SWITCH_IDS = ("switch", "switch_global")


class BootstrapStack(TerraformStack):
    """What exists once per deployment and outlives its other stacks: the buckets of their states
    and of the failover switch, the records that validate the certificates of users' names, GitHub's
    identity provider if its workflows deliver, and the global database if there is one."""

    def __init__(self, app: App, environment: Environment) -> None:
        super().__init__(app, "bootstrap")
        require_terraform(self)
        LocalBackend(self, path=BOOTSTRAP_STATE.format(name=environment.name))
        backends = {stack: environment.backend(stack) for stack in environment.remote_stacks}
        providers = {
            region: provider(self, environment, "bootstrap", region, alias=region)
            for region in sorted({backend.region for backend in backends.values()})
        }
        for stack, backend in backends.items():
            StateBucket(
                self,
                f"{stack}_state",
                bucket=backend.bucket,
                key=backend.key,
                provider=providers[backend.region],
            )
        # Even without TLS: once it is no longer in the stack, Terraform destroys the record in
        # spite of its prevent_destroy.
        region = environment.backend("global").region
        DomainValidation(
            self,
            "domain_validation",
            names=environment.dns.names,
            zone=hosted_zone(self, environment, "bootstrap", region, providers[region]),
            provider=providers[region],
        )
        if environment.delivery.github is not None and environment.delivery.github_provider:
            GithubProvider(self, "github_provider", provider=providers[region])
        if environment.data.kind is not None and environment.data.kind.aurora:
            # Through the standby's region: whatever moves the writer is asked there too.
            GlobalCluster(
                self,
                "global_cluster",
                identifier=environment.global_database,
                data=environment.data,
                protected=environment.deletion_protection,
                provider=providers[environment.dr.region],
            )
        # Even if nothing follows them: Terraform would destroy a bucket that `failover` no longer
        # needs, and fail half-way if it contains a switch's history.
        for name, place in zip(SWITCH_IDS, environment.switch_places, strict=False):
            SwitchBucket(
                self,
                name,
                bucket=place.bucket,
                read_by_checkers=environment.failover.obeys_objects,
                provider=providers[place.region],
            )
