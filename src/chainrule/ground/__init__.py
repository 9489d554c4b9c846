"""What every room stands on; the standard library only."""
