{{ rule_tally(rules_reading('indicator')) }}
