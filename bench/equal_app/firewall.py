"""The web ACL and its rules."""

# pyright: basic, reportMissingImports=false

from aws_cdk.aws_wafv2 import CfnLoggingConfiguration, CfnWebACL

from bench.equal_app.values import Json, same


def web_acl(body: Json) -> Json:
    return same("description", "name", "scope")(body) | {
        "default_action": CfnWebACL.DefaultActionProperty(**body["default_action"]),
        "visibility_config": _visibility(body),
        "rules": [_rule(one) for one in body["rule"]],
        "data_protection_config": CfnWebACL.DataProtectionConfigProperty(
            data_protections=[
                CfnWebACL.DataProtectProperty(
                    action=one["action"], field=CfnWebACL.FieldToProtectProperty(**one["field"])
                )
                for one in body["data_protection_config"]["data_protection"]
            ]
        ),
    }


def _rule(rule: Json) -> CfnWebACL.RuleProperty:
    return CfnWebACL.RuleProperty(
        name=rule["name"],
        priority=rule["priority"],
        visibility_config=_visibility(rule),
        statement=_statement(rule["statement"]),
        action=CfnWebACL.RuleActionProperty(**rule["action"]) if "action" in rule else None,
        override_action=CfnWebACL.OverrideActionProperty(**rule["override_action"])
        if "override_action" in rule
        else None,
    )


def _statement(statement: Json) -> CfnWebACL.StatementProperty:
    ((kind, body),) = statement.items()
    match kind:
        case "and_statement":
            parts = [_statement(one) for one in body["statement"]]
            found = CfnWebACL.AndStatementProperty(statements=parts)
        case "byte_match_statement":
            found = _byte_match(body)
        case "ip_set_reference_statement":
            found = CfnWebACL.IPSetReferenceStatementProperty(**body)
        case "rate_based_statement":
            found = CfnWebACL.RateBasedStatementProperty(**body)
        case _:
            found = CfnWebACL.ManagedRuleGroupStatementProperty(**body)
    return CfnWebACL.StatementProperty(**{kind: found})


def _byte_match(body: Json) -> CfnWebACL.ByteMatchStatementProperty:
    return CfnWebACL.ByteMatchStatementProperty(
        field_to_match=CfnWebACL.FieldToMatchProperty(**body["field_to_match"]),
        positional_constraint=body["positional_constraint"],
        search_string=body["search_string"],
        text_transformations=[
            CfnWebACL.TextTransformationProperty(**one) for one in body["text_transformation"]
        ],
    )


def _visibility(body: Json) -> CfnWebACL.VisibilityConfigProperty:
    config = body["visibility_config"]
    return CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=config["cloudwatch_metrics_enabled"],
        metric_name=config["metric_name"],
        sampled_requests_enabled=config["sampled_requests_enabled"],
    )


def logging(body: Json) -> Json:
    """The filter and the fields have no classes: their keys are CloudFormation's."""
    kept = body["logging_filter"]
    filters = [
        {
            "Behavior": one["behavior"],
            "Requirement": one["requirement"],
            "Conditions": [
                {"ActionCondition": {"Action": condition["action_condition"]["action"]}}
                for condition in one["condition"]
            ],
        }
        for one in kept["filter"]
    ]
    fields = [
        CfnLoggingConfiguration.FieldToMatchProperty(
            single_header={"Name": one["single_header"]["name"]}
        )
        if "single_header" in one
        else CfnLoggingConfiguration.FieldToMatchProperty(query_string={})
        for one in body["redacted_fields"]
    ]
    return same("log_destination_configs", "resource_arn")(body) | {
        "logging_filter": {"DefaultBehavior": kept["default_behavior"], "Filters": filters},
        "redacted_fields": fields,
    }
