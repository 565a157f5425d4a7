{{ rule_tally(rules_reading('form')) }}
