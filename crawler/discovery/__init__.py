"""A site nobody has described yet: its feeds, sitemaps, listings and the pattern of its articles' addresses, found by looking."""
