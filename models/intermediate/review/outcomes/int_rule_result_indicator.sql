{{ rule_result(rules_reading('indicator')) }}
