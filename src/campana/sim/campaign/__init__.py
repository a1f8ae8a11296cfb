"""One campaign in virtual time: a plan goes in, the real engine works it, figures come out."""
