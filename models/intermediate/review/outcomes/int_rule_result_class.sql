{{ rule_result(rules_reading('class')) }}
