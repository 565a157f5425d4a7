{{ rule_result(rules_reading('form')) }}
