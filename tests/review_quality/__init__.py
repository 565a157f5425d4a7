"""How well the review finds slips: against labels made by hand, and against slips put in on purpose."""
