{{ rule_result(rules_reading('fund')) }}
