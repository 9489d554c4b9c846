"""What is asked, at which points it is judged, and an answer to it as it was typed."""
