{{ rule_tally(rules_reading('line')) }}
