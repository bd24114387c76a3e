"""The course's recipes against those that learners know, side by side on one machine."""
