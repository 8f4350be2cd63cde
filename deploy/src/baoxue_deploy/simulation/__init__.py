"""A synthetic county living through its year: people, files, offices at work; nobody in it is real."""
