"""The review: findings, the Excel work paper, and decisions imported from it."""
