"""Scrapy middlewares: politeness, conditional GET, bounds, obstacles."""
