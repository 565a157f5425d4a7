{{ rule_result(rules_reading('line')) }}
