"""The review for people: findings, the Excel work paper, decisions read back, the pages of the rules."""
