"""What is asked, what an answer means, how private it is, and what it counts toward."""
