"""The web ACL and its rules."""

# pyright: basic, reportMissingImports=false

from aws_cdk import aws_wafv2 as waf

from bench.equal_app.values import Json, same

ACL = waf.CfnWebACL


def web_acl(body: Json) -> Json:
    return same("description", "name", "scope")(body) | {
        "default_action": ACL.DefaultActionProperty(**body["default_action"]),
        "visibility_config": _visibility(body),
        "rules": [_rule(one) for one in body["rule"]],
        "data_protection_config": ACL.DataProtectionConfigProperty(
            data_protections=[
                ACL.DataProtectProperty(
                    action=one["action"], field=ACL.FieldToProtectProperty(**one["field"])
                )
                for one in body["data_protection_config"]["data_protection"]
            ]
        ),
    }


def _rule(rule: Json) -> ACL.RuleProperty:
    return ACL.RuleProperty(
        name=rule["name"],
        priority=rule["priority"],
        visibility_config=_visibility(rule),
        statement=_statement(rule["statement"]),
        action=ACL.RuleActionProperty(**rule["action"]) if "action" in rule else None,
        override_action=ACL.OverrideActionProperty(**rule["override_action"])
        if "override_action" in rule
        else None,
    )


def _statement(statement: Json) -> ACL.StatementProperty:
    ((kind, body),) = statement.items()
    match kind:
        case "and_statement":
            parts = [_statement(one) for one in body["statement"]]
            return ACL.StatementProperty(and_statement=ACL.AndStatementProperty(statements=parts))
        case "byte_match_statement":
            match = ACL.ByteMatchStatementProperty(
                field_to_match=ACL.FieldToMatchProperty(**body["field_to_match"]),
                positional_constraint=body["positional_constraint"],
                search_string=body["search_string"],
                text_transformations=[
                    ACL.TextTransformationProperty(**one) for one in body["text_transformation"]
                ],
            )
            return ACL.StatementProperty(byte_match_statement=match)
        case "ip_set_reference_statement":
            addresses = ACL.IPSetReferenceStatementProperty(**body)
            return ACL.StatementProperty(ip_set_reference_statement=addresses)
        case "rate_based_statement":
            rate = ACL.RateBasedStatementProperty(**body)
            return ACL.StatementProperty(rate_based_statement=rate)
        case _:
            group = ACL.ManagedRuleGroupStatementProperty(**body)
            return ACL.StatementProperty(managed_rule_group_statement=group)


def _visibility(body: Json) -> ACL.VisibilityConfigProperty:
    config = body["visibility_config"]
    return ACL.VisibilityConfigProperty(
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
        waf.CfnLoggingConfiguration.FieldToMatchProperty(
            single_header={"Name": one["single_header"]["name"]}
        )
        if "single_header" in one
        else waf.CfnLoggingConfiguration.FieldToMatchProperty(query_string={})
        for one in body["redacted_fields"]
    ]
    return same("log_destination_configs", "resource_arn")(body) | {
        "logging_filter": {"DefaultBehavior": kept["default_behavior"], "Filters": filters},
        "redacted_fields": fields,
    }
