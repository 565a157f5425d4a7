{{ rule_tally(rules_reading('class')) }}
