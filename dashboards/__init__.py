"""What BI users open first."""
