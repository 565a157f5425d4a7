{{ rule_tally(rules_reading('fund')) }}
